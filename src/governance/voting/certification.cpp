#include <fmt/format.h>

#include "governance/voting/tally.h"

namespace comity::governance {

CertificationBody certification_of(const Tally& tally) {
    return {tally.opening, std::string(to_string(tally.verdict.outcome)), tally.counted,
            tally.ballots_digest};
}

Result<void> check_certification(const CertificationBody& certification, const Tally& tally) {
    const CertificationBody ours = certification_of(tally);
    if (certification.outcome != ours.outcome) {
        return refused("outcome", fmt::format("certified as {}, counted as {}: {}", certification.outcome,
                                              ours.outcome, tally.verdict.why));
    }
    if (certification.counted != ours.counted) {
        return refused("counted", fmt::format("certified over {} ballots, {} count", certification.counted,
                                              ours.counted));
    }
    if (certification.ballots != ours.ballots) {
        return refused("ballots", "as many ballots count, but not the same ones",
                       "compare the ids of the roll calls");
    }
    return {};
}

json::Object certification_json(const CertificationBody& certification) {
    return {{"opening", certification.opening.hex()},
            {"outcome", certification.outcome},
            {"counted", certification.counted},
            {"ballots", certification.ballots.hex()}};
}

}  // namespace comity::governance
