// Statements signed with a key that the node holds for a member (node/custody.h), submitted together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_text.h"
#include "ledger/ledger.h"
#include "node/node.h"

namespace comity::api::taxii {

class Speaker {
  public:
    // kRefused where the node holds no key for the member that counts now.
    static Result<Speaker> of(node::Node& node, const ledger::Roll& roll, std::string_view member);

    // A statement of its own; bound to the objects, where there are any.
    ledger::Submission say(std::string_view type, const ledger::Audience& audience, json::Object body,
                           std::vector<std::string> objects = {}) const;
    // Submits all at once and waits until each is answered: the answers in order.
    std::vector<Result<ledger::Receipt>> submit(std::vector<ledger::Submission> submissions) const;

  private:
    Speaker(node::Node& node, const Digest& community, crypto::NamedSecret key)
        : node_(&node), community_(community), key_(std::move(key)) {}

    node::Node* node_;
    Digest community_;
    crypto::NamedSecret key_;
};

}  // namespace comity::api::taxii
