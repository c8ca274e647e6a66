#include "node/witnessed_log.h"

#include <fmt/format.h>

namespace comity::node {

Result<std::string> served_checkpoint(Node& node) {
    COMITY_TRY(std::string note, node.ledger().checkpoint());
    return node.cosignatures().joined(std::move(note));
}

Result<std::string> witnessed_checkpoint(Node& node) {
    if (node.policy().quorum == "none") return served_checkpoint(node);
    COMITY_TRY(auto met, node.cosignatures().newest_met());
    if (met) return std::move(met->note);
    COMITY_TRY(const std::string newest, node.ledger().checkpoint());
    COMITY_TRY(const federation::Standing standing, node.cosignatures().standing(newest));
    return not_found("no checkpoint meets the policy's quorum yet",
                     fmt::format("it waits for {}", fmt::join(standing.newest.waits, ", ")));
}

Result<log::Proof> prove(Node& node, const Digest& id) {
    COMITY_TRY(log::Proof newest, node.ledger().prove(id));
    COMITY_TRY(const auto met, node.cosignatures().newest_met());
    if (met && met->size > newest.index) {
        COMITY_TRY(log::Proof proof, node.ledger().prove_at(id, met->size));
        proof.checkpoint = met->note;
        return proof;
    }
    COMITY_TRY(newest.checkpoint, node.cosignatures().joined(std::move(newest.checkpoint)));
    return newest;
}

}  // namespace comity::node
