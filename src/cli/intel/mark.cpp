#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/about.h"
#include "cli/intel/print.h"
#include "cli/speak.h"
#include "intelligence/marking_change.h"

namespace comity::cli {

namespace {

struct IntelMarkOptions {
    std::string id;
    std::string version;
    AudienceOptions audience;
};

// Everybody who may hold one of the member's copies, or may read it from now on.
Result<ledger::Audience> concerned(Source& source, const std::string& member, const json::Object& shown,
                                   ledger::Audience audience) {
    bool shared = false;
    for (const json::Value& version : list_of(shown, "versions")) {
        for (const json::Value& value : list_of(version.get_object(), "copies")) {
            const json::Object& copy = value.get_object();
            if (field(copy, "sharer") != member) continue;
            shared = true;
            COMITY_TRY(const ledger::Audience now,
                       ledger::parse_audience(json::Value(object_of(copy, "audience")), "audience"));
            audience = intelligence::wider(audience, now);
            COMITY_TRY(const json::Object carrier, source.statement(field(copy, "statement")));
            COMITY_TRY(const ledger::Audience first,
                       ledger::parse_audience(
                           json::Value(object_of(object_of(carrier, "statement"), "audience")), "audience"));
            audience = intelligence::wider(audience, first);
        }
    }
    if (!shared) {
        return refused("ID", fmt::format("{} has not shared this object", member),
                       "a member marks what it shared itself");
    }
    return audience;
}

Result<void> mark(Context& context, const IntelMarkOptions& options) {
    const AudienceOptions& named = options.audience;
    if (named.tlp.empty() && named.members.empty() && named.groups.empty() && named.persons.empty())
        return invalid("--tlp", "is not given", "say who may read it now, as --tlp green or --to kenic");
    COMITY_TRY(const ledger::Audience audience, audience_of(named, "green"));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_CHECK(check_audience(*source, audience));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object shown, source->intel(options.id, "", {}));
    intelligence::MarkingChange change{.object = {}, .version = {}, .audience = audience};
    COMITY_TRY(change.object, intelligence::ObjectId::parse(field(shown, "id")));
    if (!options.version.empty()) {
        auto version = parse_time(options.version);
        if (!version) return within("--modified", std::move(version).error());
        change.version = *version;
    }
    COMITY_TRY(ledger::Audience readers, concerned(*source, member, shown, audience));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(intelligence::kMarkingChange),
                                               .audience = std::move(readers),
                                               .body = intelligence::marking_change_json(change),
                                               .audience_of_another = true}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_intel_mark(Command& intel, Context& context) {
    auto options = std::make_shared<IntelMarkOptions>();
    Command command = intel.add_command(
        {.name = "mark",
         .summary = "Say anew who may read an object that you shared",
         .description = "Stricter or laxer than before, at every door at once, for your copies of it: those "
                        "that are there "
                        "and those to come. What others shared of the same object stays as they marked it. "
                        "Whoever could "
                        "read it before or can now is told: nodes that hold a copy must know.",
         .examples = {{"comity intel mark indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --tlp clear", ""},
                      {"comity intel mark indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --to kenic",
                       "amber: for one member"}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command
        .add_option(
            "--modified", options->version,
            "Only the version of that time (its property modified); default: all, those to come included")
        .type_name("TIME");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return mark(c, *options); });
}

}  // namespace comity::cli
