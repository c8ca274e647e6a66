#include "intelligence/stix/marking.h"

#include <algorithm>
#include <array>

namespace comity::intelligence {
namespace {

using ledger::Tlp;

struct Marking {
    std::string_view id;
    Tlp label;
};

// TLP 2.0 first, in the labels' order.
constexpr std::array<Marking, 9> kMarkings{{
    {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::kClear},
    {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::kGreen},
    {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::kAmber},
    {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::kAmberStrict},
    {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::kRed},
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::kClear},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::kGreen},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::kAmber},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::kRed},
}};

constexpr std::string_view kPrefix = "marking-definition--";

const std::array<Uuid, kMarkings.size()>& uuids() {
    static const auto parsed = [] {
        std::array<Uuid, kMarkings.size()> all;
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = *Uuid::parse(kMarkings[i].id.substr(kPrefix.size()));
        return all;
    }();
    return parsed;
}

}  // namespace

std::optional<Tlp> tlp_of(const Uuid& marking_definition) {
    const auto& all = uuids();
    const auto found = std::find(all.begin(), all.end(), marking_definition);
    if (found == all.end()) return std::nullopt;
    return kMarkings[static_cast<std::size_t>(found - all.begin())].label;
}

std::string_view marking_id(Tlp label) {
    return kMarkings[static_cast<std::size_t>(label)].id;
}

std::optional<Tlp> strictest(std::optional<Tlp> a, std::optional<Tlp> b) {
    if (!a) return b;
    if (!b) return a;
    return std::max(*a, *b);
}

ledger::Audience effective_audience(const ledger::Audience& statement, std::optional<Tlp> marking) {
    if (!marking) return statement;
    return ledger::narrow(statement, *marking);
}

}  // namespace comity::intelligence
