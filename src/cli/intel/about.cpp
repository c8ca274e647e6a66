#include "cli/intel/about.h"

#include <algorithm>

#include "cli/forms.h"
#include "cli/intel/print.h"
#include "cli/speak.h"

namespace comity::cli {

Result<ledger::Audience> audience_about(Source& source, const AudienceOptions& options,
                                        const json::Object& shown) {
    const bool named = !options.tlp.empty() || !options.members.empty() || !options.groups.empty() ||
                       !options.persons.empty();
    if (named) {
        COMITY_TRY(ledger::Audience audience, audience_of(options, "green"));
        COMITY_CHECK(check_audience(source, audience));
        return audience;
    }
    for (const json::Value& version : list_of(shown, "versions")) {
        for (const json::Value& copy : list_of(version.get_object(), "copies")) {
            const json::Value* audience = copy.get_object().if_contains("audience");
            if (audience == nullptr) continue;
            COMITY_TRY(ledger::Audience like, ledger::parse_audience(*audience, "audience"));
            const bool amber = like.label == ledger::Tlp::kAmber || like.label == ledger::Tlp::kAmberStrict;
            const std::string sharer = field(copy.get_object(), "sharer");
            if (amber && !std::ranges::binary_search(like.members, sharer)) {
                like.members.push_back(sharer);
                std::ranges::sort(like.members);
            }
            return like;
        }
    }
    return audience_of(options, "green");
}

Result<void> share_about(Context& context, Source& source, const std::string& member,
                         ledger::Audience audience, const json::Object& object) {
    COMITY_TRY(const Submitted submitted, say(context, source, member,
                                              {.type = "intelligence.share",
                                               .audience = std::move(audience),
                                               .body = {},
                                               .objects = {json::write(object)},
                                               .audience_of_another = true}));
    print_submitted(context, submitted);
    return {};
}

json::Object stix_object(const Context& context, std::string_view type, const intelligence::Uuid& uuid) {
    const std::string now = format_time_millis(context.clock->now());
    return {{"type", type},
            {"spec_version", "2.1"},
            {"id", intelligence::ObjectId{std::string(type), uuid}.text()},
            {"created", now},
            {"modified", now}};
}

}  // namespace comity::cli
