#include "node/speaking.h"

#include "node/custody.h"

namespace comity::node {

Result<ledger::Receipt> say(Node& node, std::string_view type, json::Object body) {
    const std::string& member = node.config().federation_member;
    if (member.empty()) {
        return refused("federation.member", "is not set: this node says nothing by itself",
                       "name the member whose node it is, and let it hold a key in custody");
    }
    const auto roll = node.ledger().roll();
    COMITY_TRY(const crypto::NamedSecret key,
               custody_key(node.config(), *roll, member, node.clock().now().seconds()));
    const ledger::Draft draft{
        roll->community, std::string(type),
        member,          {.label = ledger::Tlp::kClear, .members = {}, .groups = {}, .persons = {}},
        std::move(body), true};
    const crypto::Envelope envelope = ledger::sign_statement(draft, node.clock().now(), key);
    return node.ledger().submit({envelope.write(), {}, {}});
}

}  // namespace comity::node
