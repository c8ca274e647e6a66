#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/about.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct IntelReportOptions {
    std::string id;
    bool false_positive = false;
    bool agree = false;
    std::string explanation;
    AudienceOptions audience;
};

// A member's opinions of one object are versions of one opinion: its last counts.
constexpr std::string_view kOpinions = "9c0d4f1b-6c5e-4d5b-9f0a-0b7f0f3f6a51";

Result<void> report(Context& context, const IntelReportOptions& options) {
    if (options.false_positive == options.agree)
        return invalid("--false-positive", "or --agree is needed: what is your opinion?");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object shown, source->intel(options.id, "", {}));
    COMITY_TRY(ledger::Audience audience, audience_about(*source, options.audience, shown));
    COMITY_TRY(const intelligence::Uuid opinions, intelligence::Uuid::parse(kOpinions));
    json::Object opinion = stix_object(
        context, "opinion", intelligence::Uuid::of_name(opinions, member + " " + field(shown, "id")));
    opinion["opinion"] = options.agree ? "agree" : "strongly-disagree";
    if (!options.explanation.empty()) opinion["explanation"] = options.explanation;
    opinion["object_refs"] = json::Array{json::Value(field(shown, "id"))};
    return share_about(context, *source, member, std::move(audience), opinion);
}

}  // namespace

void add_intel_report(Command& intel, Context& context) {
    auto options = std::make_shared<IntelReportOptions>();
    Command command = intel.add_command(
        {.name = "report",
         .summary = "Report an object as a false positive, or agree with it",
         .description =
             "Shares a STIX opinion of it; a member's last one counts. Reports of false positives lower "
             "how far the object is believed. Without --tlp those can read it who can read the object.",
         .examples = {{"comity intel report indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --false-positive "
                       "--explanation \"Our own scanner\"",
                       ""}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command.add_flag("--false-positive", options->false_positive, "It is none, or not where it was seen");
    command.add_flag("--agree", options->agree, "It is right; takes an earlier report back");
    command.add_option("--explanation", options->explanation, "Why").type_name("TEXT");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return report(c, *options); });
}

}  // namespace comity::cli
