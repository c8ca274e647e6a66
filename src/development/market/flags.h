// Red flags of contracting processes: the eleven rules of Cardinal (Open Contracting Partnership), with their
// exact quartile rule. A flag is a question, never guilt: each result says by which method, over how many
// processes and with which fence it was told, and apart from "flagged" and "not flagged" there is "could not
// be told, because".
//
// Quartiles are Hyndman and Fan's eighth: h = (n + 1/3) p + 1/3, straight lines between the ordered values; a
// fence lies 1.5 times the distance of the quartiles beyond them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::development {

struct FlagRule {
    std::string_view code;      // "R024"
    std::string_view title;     // "Price close to the winning bid"
    std::string_view question;  // what to ask of those concerned
    std::string_view method;
};
std::span<const FlagRule> flag_rules();

struct FlagSettings {
    std::string currency{};                     // empty: the first that is seen, in the order of processes
    std::set<std::string> no_price_comparison;  // procurementMethodDetails: prices are not what decides
    std::set<std::string> price_comparison;     // where not empty: only with these they are
    std::set<std::string> excluded_method_details;  // such processes are left out of all
    std::int64_t r003_days = 15;
    std::map<std::string, std::int64_t> r003_days_of;  // by procurementMethodDetails
    std::set<std::string> r003_methods;                // empty: any, or none stated
    std::set<std::string> r018_methods{"open", "selective"};
    std::int64_t r035_disqualified = 1;
    std::int64_t r038_processes = 2;
    std::int64_t r038_bids = 2;
    std::size_t r048_digits = 2;
    std::int64_t r048_processes = 20;
};

// Whom a flag is about.
enum class FlagSubject { kProcess, kBuyer, kProcuringEntity, kTenderer };
std::string_view to_string(FlagSubject subject);  // "OCID", "Buyer", "ProcuringEntity", "Tenderer"

// Of one rule: over how many it was told, and where the fence lies.
struct FlagBasis {
    std::size_t compared = 0;  // what the quartiles are of; processes told of, where the rule needs none
    std::optional<double> first_quartile, third_quartile, fence;
    std::map<std::string, std::size_t> left_out;  // why a process could not be told of -> how many
};

struct Flags {
    // By subject, id and rule the value: as Cardinal's results have it.
    std::map<FlagSubject, std::map<std::string, std::map<std::string, double>>> results;
    // By rule; R038 has one for each subject, "R038 Buyer".
    std::map<std::string, FlagBasis> basis;
    std::string currency;  // that prices were compared in
    std::size_t processes = 0;
    std::size_t left_out = 0;  // cancelled tenders and excluded methods
};

// The compiled releases, one a process. Pure: what comes out depends on their order as far as the currency
// that is seen first does, and on nothing else. A process without ocid is left out.
Flags find_flags(std::span<const json::Value> processes, const FlagSettings& settings = {});

// {"OCID":{...},"Tenderer":{...}}: as Cardinal writes it, empty subjects left out.
json::Object results_json(const Flags& flags);
// The same with rules, methods, denominators and fences.
json::Object flags_json(const Flags& flags);

// A quartile by the rule above, 0 < p < 1; the values in any order, at least one.
double quantile_r8(std::vector<double> values, double p);

}  // namespace comity::development
