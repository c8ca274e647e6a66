#include "cli/share/document.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/speak.h"
#include "intelligence/import/understand.h"
#include "intelligence/share.h"
#include "intelligence/stix/object.h"

namespace comity::cli {

namespace {

Result<intelligence::Sharer> sharer_of(Source& source, const std::string& member) {
    COMITY_TRY(const json::Object node, source.node());
    COMITY_TRY(const json::Object form, source.member(member));
    const json::Value* community = node.if_contains("community");
    if (community == nullptr || !community->is_object()) {
        return not_found("the node has no community yet", "found one: comity community found CHARTER.toml");
    }
    COMITY_TRY(const Time since, parse_time(field(form, "admitted")));
    return intelligence::Sharer{
        .community = field(community->get_object(), "id"),
        .member = member,
        .name = field(form, "name"),
        .identity_class = field(form, "class") == "citizen" ? "individual" : "organization",
        .since = since};
}

}  // namespace

Result<Sharing> open_sharing(Context& context, const ShareOptions& options) {
    Sharing sharing;
    COMITY_TRY(sharing.audience, audience_of(options.audience, "green"));
    COMITY_TRY(sharing.source, Source::open(context));
    COMITY_CHECK(check_audience(*sharing.source, sharing.audience));
    COMITY_TRY(sharing.member, acting_member(context, *sharing.source));
    COMITY_TRY(sharing.sharer, sharer_of(*sharing.source, sharing.member));
    return sharing;
}

Result<intelligence::Understanding> understand(Context& context, const ShareOptions& options,
                                               const Sharing& sharing, const std::string& file,
                                               std::string_view text,
                                               std::optional<intelligence::InputKind> kind) {
    intelligence::UnderstandOptions how{.sharer = sharing.sharer,
                                        .label = sharing.audience.label,
                                        .at = context.clock->now(),
                                        .kind = kind,
                                        .columns = {},
                                        .plain = options.plain};
    if (!options.format.empty()) {
        COMITY_TRY(how.kind, intelligence::parse_input_kind(options.format, "--format"));
    }
    if (!options.columns.empty()) {
        COMITY_TRY(how.columns, intelligence::parse_mapping(options.columns, "--columns"));
        if (!how.kind) how.kind = intelligence::InputKind::kCsv;
    }
    const Waiting waiting(context.err, context.err_terminal, "reading " + printable(file));
    auto understood = intelligence::understand(text, how);
    if (!understood) return within(file, std::move(understood).error());
    return understood;
}

Result<intelligence::SharePlan> plan(const Sharing& sharing, const intelligence::Understanding& understood) {
    COMITY_TRY(const auto ids, intelligence::ids_of(understood.objects));
    COMITY_TRY(const auto earlier, sharing.source->earlier(ids));
    return intelligence::plan_share(understood.objects, understood.kind, sharing.audience, earlier);
}

Result<void> say_all(Context& context, const Sharing& sharing, const std::string& title,
                     intelligence::SharePlan plan, json::Object& form) {
    json::Array& statements = form["statements"].as_array();
    for (std::size_t i = 0; i < plan.portions.size(); ++i) {
        Saying saying{.type = std::string(intelligence::kShare),
                      .audience = std::move(plan.portions[i].audience),
                      .body = {},
                      .objects = std::move(plan.portions[i].objects)};
        if (!title.empty()) saying.body["title"] = title;
        COMITY_TRY(const Submitted submitted,
                   say(context, *sharing.source, sharing.member, std::move(saying)));
        if (!context.json) {
            print_submitted(context, submitted);
            continue;
        }
        json::Object& statement = statements[i].get_object();
        for (json::Object* each : {&statement, i == 0 ? &form : nullptr}) {
            if (each == nullptr) continue;
            (*each)["id"] = submitted.id.hex();
            (*each)["index"] = submitted.index;
            (*each)["witnessed"] = submitted.witnessed;
            (*each)["origin"] = submitted.origin;
        }
    }
    return {};
}

}  // namespace comity::cli
