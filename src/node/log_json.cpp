#include "node/log_json.h"

#include <algorithm>

#include "json/words.h"
#include "node/log_head.h"
#include "node/witnessed_log.h"

namespace comity::node {
namespace {

json::Value second_of(const std::optional<Time>& time) {
    if (!time) return nullptr;
    return json::Value(format_time_millis(*time).substr(0, 19) + "Z");
}

json::Object quorum_of(const log::Policy& policy, const federation::Standing& standing, std::uint64_t size) {
    json::Object object{{"name", policy.quorum},
                        {"met", standing.newest.met},
                        {"size", nullptr},
                        {"since", nullptr},
                        {"waits", json::array_of(standing.newest.waits)}};
    if (policy.quorum == "none") {
        object["size"] = size;
    } else if (standing.met) {
        object["size"] = standing.met->size;
        object["since"] = second_of(standing.met->since);
    }
    return object;
}

}  // namespace

Result<json::Object> log_json(Node& node) {
    const ledger::LogIdentity& identity = node.ledger().identity();
    COMITY_TRY(const LogHead head, log_head(node.ledger()));
    COMITY_TRY(std::string note, node.cosignatures().joined(head.note));
    COMITY_TRY(const federation::Standing standing, node.cosignatures().standing(head.note));
    const std::uint64_t size = head.checkpoint.size;
    json::Array groups;
    for (const log::PolicyVerdict::GroupState& group : standing.newest.groups) {
        groups.push_back(json::Object{{"name", group.name},
                                      {"threshold", group.threshold},
                                      {"have", group.have},
                                      {"met", second_of(group.met)},
                                      {"waits", json::array_of(group.waits)}});
    }
    json::Array witnesses;
    for (const federation::WitnessStanding& witness : standing.witnesses) {
        json::Object object{{"name", witness.name},
                            {"key", witness.key.text()},
                            {"url", nullptr},
                            {"size", nullptr},
                            {"lag", nullptr},
                            {"cosigned", second_of(witness.cosigned)},
                            {"contacted", second_of(witness.contacted)},
                            {"failures", witness.failures},
                            {"error", nullptr}};
        if (!witness.url.empty()) object["url"] = witness.url;
        if (witness.size) {
            object["size"] = *witness.size;
            object["lag"] = size - std::min(size, *witness.size);
        }
        if (!witness.error.empty()) object["error"] = witness.error;
        witnesses.push_back(std::move(object));
    }
    return json::Object{{"origin", identity.origin},
                        {"key", identity.key.public_part().text()},
                        {"cosigner_key", identity.cosigner.public_part().text()},
                        {"witness_key", node.witness().key().text()},
                        {"mirror_key", node.tlog_mirror().key().text()},
                        {"size", size},
                        {"root", head.checkpoint.root.hex()},
                        {"checkpoint", std::move(note)},
                        {"witnessed", second_of(head.cosigned)},
                        {"quorum", quorum_of(node.policy(), standing, size)},
                        {"groups", std::move(groups)},
                        {"witnesses", std::move(witnesses)}};
}

}  // namespace comity::node
