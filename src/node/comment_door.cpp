#include "node/comment_door.h"

#include "governance/consultation/rounds.h"
#include "node/speaking.h"

namespace comity::node {
namespace {

constexpr unsigned kAddresses = 20;  // that may say as much as they can in one minute

}  // namespace

CommentDoor::CommentDoor(Node& node)
    : node_(node),
      by_address_(node.config().comments_per_minute),
      in_all_(node.config().comments_per_minute * kAddresses) {}

Result<json::Object> CommentDoor::take_in(std::string_view consultation, const json::Value& body,
                                          std::string_view client) {
    if (node_.config().comments_per_minute == 0)
        return refused("consultation", "this node takes in nothing that the public says", "ask another node");
    const json::Object* given = body.if_object();
    if (given == nullptr || given->contains("consultation"))
        return invalid("body", "is no comment", "an object with \"name\" and \"text\"");
    const Time now = node_.clock().now();
    const std::string address = accounts::address_key(client);
    if (by_address_.exhausted(address, now) || in_all_.exhausted("", now))
        return too_many("so much has been said from there in this minute", "wait a minute");
    Result<Digest> round = not_found("");
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        round = governance::open_round(*session, consultation, now.seconds());
    }
    if (!round) return std::unexpected(std::move(round).error());
    json::Object form = *given;
    form["consultation"] = round->hex();
    if (const auto comment = governance::parse_public_comment(form); !comment)
        return std::unexpected(comment.error());
    by_address_.failed(address, now);
    in_all_.failed("", now);
    COMITY_TRY(const ledger::Receipt receipt, say(node_, governance::kPublicComment, std::move(form)));
    return json::Object{{"id", receipt.id.hex()},
                        {"consultation", round->hex()},
                        {"witnessed", format_time_millis(Time::from_seconds(receipt.witnessed))}};
}

}  // namespace comity::node
