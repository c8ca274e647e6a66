// A contracting process as the red flags see it: what they ask of a compiled release, read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::development {

struct Price {
    double amount = 0;
    std::string_view currency;
};

struct Bid {
    std::string_view status;
    std::string_view date;
    std::optional<Price> price{};
    std::vector<std::string_view> tenderers{};  // ids, as they stand
    std::size_t named = 0;                      // how many there are, with or without an id

    bool submitted() const { return status != "invited" && status != "withdrawn"; }
};

struct Award {
    std::string_view status;
    std::vector<std::string_view> suppliers{};  // ids
    std::size_t named = 0;
    std::vector<std::string_view> classes{};  // items[].classification.id
};

// Refers to the release, which must outlive it.
struct Process {
    std::string_view ocid;
    std::string_view method;          // tender.procurementMethod
    std::string_view method_details;  // tender.procurementMethodDetails
    std::string_view tender_status;
    std::string_view period_start, period_end;
    std::optional<std::int64_t> tenderers;  // tender.numberOfTenderers
    std::string_view buyer;
    std::string_view procuring_entity;
    std::vector<Bid> bids;
    std::vector<Award> awards;

    // Are all awards final: active, cancelled or unsuccessful?
    bool awards_final() const;
    std::vector<const Award*> active_awards() const;
};

Process read_process(const json::Object& release);

}  // namespace comity::development
