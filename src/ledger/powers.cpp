#include "ledger/powers.h"

#include <algorithm>

namespace comity::ledger {
namespace {

struct TypePower {
    std::string_view type;
    std::string_view power;
};

constexpr TypePower kOfGovernance[] = {
    {"governance.ballot", "vote"},          {"governance.proxy", "vote"},
    {"governance.credential", "vote"},      {"governance.secret-ballot", "vote"},
    {"governance.suspension", "vote"},      {"governance.procedure", "propose"},
    {"governance.proposal", "propose"},     {"governance.amendment", "propose"},
    {"governance.opening", "propose"},      {"governance.declaration", "propose"},
    {"governance.answer", "propose"},       {"governance.certification", "propose"},
    {"governance.election", "propose"},     {"governance.election-result", "propose"},
    {"governance.consultation", "propose"}, {"governance.consultation-summary", "propose"},
    {"governance.comment", "speak"},        {"governance.endorsement", "speak"},
    {"governance.public-comment", "speak"}, {"governance.moderation", "speak"},
    {"governance.conformity", "speak"},     {"governance.review", "speak"},
    {"governance.place", "speak"},          {"governance.accession", "accede"},
    {kRecoveryRequest, kRecoverPower},
};

}  // namespace

std::string_view power_for(std::string_view type) {
    if (type.starts_with("governance.")) {
        const auto* const known = std::ranges::find(kOfGovernance, type, &TypePower::type);
        return known == std::ranges::end(kOfGovernance) ? std::string_view() : known->power;
    }
    if (type == "federation.parcel") return "publish";
    return type.starts_with("federation.") ? std::string_view() : std::string_view("publish");
}

bool has_power(std::span<const std::string> powers, std::string_view type) {
    const std::string_view needed = power_for(type);
    return !needed.empty() && std::ranges::find(powers, needed) != powers.end();
}

}  // namespace comity::ledger
