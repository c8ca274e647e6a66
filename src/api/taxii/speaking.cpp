#include "api/taxii/speaking.h"

#include <future>

#include "ledger/objects_form.h"
#include "ledger/statement.h"
#include "node/custody.h"

namespace comity::api::taxii {

Result<Speaker> Speaker::of(node::Node& node, const ledger::Roll& roll, std::string_view member) {
    COMITY_TRY(crypto::NamedSecret key,
               node::custody_key(node.config(), roll, member, node.clock().now().seconds()));
    return Speaker(node, roll.community, std::move(key));
}

ledger::Submission Speaker::say(std::string_view type, const ledger::Audience& audience, json::Object body,
                                std::vector<std::string> objects) const {
    if (!objects.empty()) body["objects"] = ledger::objects_form(objects);
    const ledger::Draft draft{.community = community_,
                              .type = std::string(type),
                              .author = key_.name,
                              .audience = audience,
                              .body = std::move(body),
                              .custody = true,
                              .attachments = {}};
    return {.envelope = ledger::sign_statement(draft, node_->clock().now(), key_).write(),
            .objects = std::move(objects),
            .attachments = {}};
}

std::vector<Result<ledger::Receipt>> Speaker::submit(std::vector<ledger::Submission> submissions) const {
    std::vector<std::promise<Result<ledger::Receipt>>> promises(submissions.size());
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        node_->ledger().submit(std::move(submissions[i]),
                               [&promise = promises[i]](Result<ledger::Receipt> receipt) {
                                   promise.set_value(std::move(receipt));
                               });
    }
    std::vector<Result<ledger::Receipt>> answers;
    answers.reserve(promises.size());
    for (auto& promise : promises) answers.push_back(promise.get_future().get());
    return answers;
}

}  // namespace comity::api::taxii
