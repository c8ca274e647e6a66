// The door by which people who are no members speak in a round of consultation that is open to the public:
// what they say is logged as a statement of the member whose node this is, signed in custody, under the name
// that they choose. Nothing else of them is kept: no address of any kind.
#pragma once

#include "accounts/attempts.h"
#include "node/node.h"

namespace comity::node {

class CommentDoor {
  public:
    explicit CommentDoor(Node& node);
    // `body`: {"name","text","language"?,"quote"?,"reply_to"?,"position"?}. As it was taken in:
    // {"id","consultation","witnessed","shown"}. kTooMany after so many a minute from one address, or in all;
    // kRefused where the round is not open to the public now, or this node takes nothing in. Thread-safe.
    Result<json::Object> take_in(std::string_view consultation, const json::Value& body,
                                 std::string_view client);

  private:
    Node& node_;
    accounts::Attempts by_address_;
    accounts::Attempts in_all_;
};

}  // namespace comity::node
