#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/sighting/commands.h"

namespace comity::cli {

namespace {

using http::Method;

struct SightingListOptions {
    std::string state;
};
struct SightingDecideOptions {
    std::vector<std::string> objects;
};
struct SightingPolicyOptions {
    std::string mode;
    AudienceOptions audience;
    bool together = false;
};

Result<void> list_own_hits(Context& context, const SightingListOptions& options) {
    const std::string state = options.state == "all" ? "" : options.state.empty() ? "waiting" : options.state;
    COMITY_TRY(const json::Object page,
               ask_alert_desk(context, Method::kGet, state.empty() ? "/hits" : "/hits?state=" + state));
    if (context.json) {
        print_json(context, page.at("items"));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : page.at("items").as_array()) {
        const json::Object& item = each.as_object();
        rows.push_back({field(item, "object"), printable(field(item, "value")), field(item, "day"),
                        field(item, "count"), field(item, "state")});
    }
    print_table(context, {"OBJECT", "VALUE", "LAST SEEN", "COUNT", "STATE"}, rows,
                state == "waiting" ? "nothing waits" : "your scans have reported nothing of that");
    return {};
}

Result<void> decide_own_hits(Context& context, const SightingDecideOptions& options,
                             const std::string& decision) {
    json::Object form{{"decision", decision}};
    if (options.objects != std::vector<std::string>{"all"}) {
        json::Array objects;
        for (const std::string& object : options.objects) objects.emplace_back(object);
        form["objects"] = std::move(objects);
    }
    const json::Value body = std::move(form);
    COMITY_TRY(const json::Object done, ask_alert_desk(context, Method::kPost, "/hit-decisions", &body));
    if (context.json) {
        print_json(context, done);
        return {};
    }
    if (field(done, "decided") == "0")
        return not_found("none of these waits", "comity sighting list shows what does");
    context.out << (decision == "approve" ? fmt::format("{} sightings said\n", field(done, "told"))
                                          : fmt::format("{} hits discarded\n", field(done, "decided")));
    return {};
}

std::string round_text(const json::Value& round) {
    if (!round.is_object()) return "none yet: they are held in the two days after a week";
    std::string text = fmt::format("week of {}, {} members", field(round.as_object(), "week"),
                                   field(round.as_object(), "members"));
    const json::Array& awaited = round.at("awaited").as_array();
    for (const json::Value& member : awaited) {
        text += &member == &awaited.front() ? "; waits for " : ", ";
        text += printable(member.as_string());
    }
    return text;
}

Result<void> own_policy(Context& context, const SightingPolicyOptions& options) {
    json::Object policy;
    if (options.mode.empty()) {
        if (options.together)
            return invalid("--together", "says nothing without the mode",
                           "comity sighting policy counted --together");
        COMITY_TRY(policy, ask_alert_desk(context, Method::kGet, "/hit-policy"));
    } else {
        json::Object form{{"mode", options.mode}};
        if (options.together) form["together"] = true;
        const AudienceOptions& audience = options.audience;
        if (!audience.tlp.empty() || !audience.members.empty() || !audience.groups.empty() ||
            !audience.persons.empty()) {
            COMITY_TRY(const ledger::Audience wished, audience_of(audience, "green"));
            form["audience"] = ledger::audience_json(wished);
        }
        const json::Value body = std::move(form);
        COMITY_TRY(policy, ask_alert_desk(context, Method::kPut, "/hit-policy", &body));
    }
    if (context.json) {
        print_json(context, policy);
        return {};
    }
    const json::Value& audience = policy.at("audience");
    const bool together = policy.at("together").as_bool();
    std::vector<std::pair<std::string, std::string>> shown{
        {"hits", field(policy, "mode") + (together ? ", with the members of all nodes" : "")},
        {"sightings for", audience.is_object() ? field(audience.as_object(), "tlp") +
                                                     ", as far as they may read what was sighted"
                                               : "all who may read what was sighted"}};
    if (together) shown.emplace_back("last round", round_text(policy.at("round")));
    print_fields(context, shown);
    return {};
}

void add_decision(Command& sighting, Context& context, const std::string& decision, const CommandSpec& spec) {
    auto options = std::make_shared<SightingDecideOptions>();
    Command command = sighting.add_command(spec);
    command.add_option("OBJECT", options->objects, "Indicators' STIX ids, or all").required();
    add_reading_options(command, context);
    command.on_run(context,
                   [options, decision](Context& c) { return decide_own_hits(c, *options, decision); });
}

}  // namespace

void add_sighting_list(Command& sighting, Context& context) {
    auto options = std::make_shared<SightingListOptions>();
    Command command = sighting.add_command(
        {.name = "list",
         .summary = "List what your own scans reported and what waits for approval",
         .description = "By indicator and day. For your member's own people: nobody else is shown any of it.",
         .examples = {{"comity sighting list", "what waits"},
                      {"comity sighting list --state all --json", ""}}});
    command
        .add_option("--state", options->state, "waiting, counted, told, discarded or all; default: waiting")
        .type_name("STATE")
        .one_of({"waiting", "counted", "telling", "told", "discarded", "all"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_own_hits(c, *options); });
}

void add_sighting_approve(Command& sighting, Context& context) {
    add_decision(
        sighting, context, "approve",
        {.name = "approve",
         .summary = "Say in your member's name that these were seen",
         .description = "As STIX sightings: what was seen, how often, first and last; not where. Your "
                        "sightings of one object are versions of one sighting.",
         .examples = {{"comity sighting approve all", ""},
                      {"comity sighting approve indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", ""}}});
}

void add_sighting_discard(Command& sighting, Context& context) {
    add_decision(
        sighting, context, "discard",
        {.name = "discard",
         .summary = "Say nothing of these",
         .description = "Where an indicator is wrong, say so: comity intel report ID --false-positive.",
         .examples = {{"comity sighting discard all", ""}}});
}

void add_sighting_policy(Command& sighting, Context& context) {
    auto options = std::make_shared<SightingPolicyOptions>();
    Command command = sighting.add_command(
        {.name = "policy",
         .summary = "Show or set what becomes of what your scans report",
         .description =
             "automatic: a sighting is said at once, in your member's name, with the key that the node holds "
             "in "
             "custody. approval (the default): hits wait for one of your people. counted: nobody hears of "
             "them; "
             "the node counts them over several members, and tells a number where enough members are in it, "
             "with "
             "noise. With --together they are counted with those of all other nodes that say so, too: once a "
             "week, masked so that nobody, no node among them, learns who has seen what "
             "(docs/early-warning.md).\n\n"
             "Sightings are for all who may read what was sighted, or as far as --tlp, --to and --group say.",
         .examples = {{"comity sighting policy automatic --tlp green", ""},
                      {"comity sighting policy counted", ""},
                      {"comity sighting policy counted --together", ""}}});
    command.add_option("MODE", options->mode, "automatic, approval or counted; without it: show it")
        .one_of({"automatic", "approval", "counted"});
    command.add_flag("--together", options->together,
                     "counted: with the members of all nodes that are counted together");
    add_audience_options(command, options->audience);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return own_policy(c, *options); });
}

}  // namespace comity::cli
