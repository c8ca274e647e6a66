#include "federation/evidence_against.h"

namespace comity::federation {

void EvidenceAgainst::announced(const std::string& log, const std::string& cosigner,
                                const std::string& witness) {
    witness_of_.emplace(log, witness);
    witness_of_.emplace(cosigner, witness);
}

void EvidenceAgainst::found(const Digest& statement, const Evidence& evidence) {
    by_key_[evidence.cosigner ? evidence.cosigner->text() : evidence.log.text()].insert(statement);
}

std::vector<std::vector<Digest>> EvidenceAgainst::of(const log::Policy& policy) const {
    std::map<std::string, std::set<Digest>, std::less<>> by_witness;
    for (const auto& [key, statements] : by_key_) {
        by_witness[key].insert(statements.begin(), statements.end());
        for (auto [one, end] = witness_of_.equal_range(key); one != end; ++one)
            by_witness[one->second].insert(statements.begin(), statements.end());
    }
    std::vector<std::vector<Digest>> against;
    for (const log::Policy::Witness& witness : policy.witnesses) {
        const auto found = by_witness.find(witness.key.text());
        against.emplace_back();
        if (found != by_witness.end()) against.back().assign(found->second.begin(), found->second.end());
    }
    return against;
}

}  // namespace comity::federation
