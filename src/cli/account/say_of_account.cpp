#include "cli/account/say_of_account.h"

#include "cli/speak.h"

namespace comity::cli {

Result<void> say_of_account(Context& context, governance::ModerationBody::Act act, const std::string& account,
                            const std::string& reason) {
    governance::ModerationBody body;
    body.act = act;
    body.account = account;
    body.reason = reason;
    json::Object form = governance::moderation_json(body);
    if (const auto read = governance::parse_moderation(form); !read) return std::unexpected(read.error());
    return say_and_print(
        context,
        {.type = std::string(governance::kModeration), .audience = for_everybody(), .body = std::move(form)});
}

}  // namespace comity::cli
