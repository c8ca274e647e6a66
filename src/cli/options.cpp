#include "cli/options.h"

#include <fmt/format.h>

#include <charconv>

namespace comity::cli {

Result<std::int64_t> parse_interval(std::string_view text, std::string option) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const std::int64_t seconds = unit == "s"   ? 1
                                 : unit == "m" ? 60
                                 : unit == "h" ? 3600
                                 : unit == "d" ? 86'400
                                               : 0;
    if (error != std::errc() || number < 1 || number > 1'000'000 || seconds == 0)
        return invalid(std::move(option), "is no interval", "write it as 15m, 2h or 1d");
    return number * seconds;
}

void add_reading_options(Command& command, Context& context) {
    command.add_option("--node", context.node, "Ask the node at this URL instead of the data folder")
        .type_name("URL")
        .environment("COMITY_NODE");
    command
        .add_option("--token", context.token,
                    "The token to show it; better kept in the environment than typed")
        .type_name("TOKEN")
        .environment("COMITY_TOKEN");
    command
        .add_option("--as", context.as,
                    "Who acts: a member (cert-ke) or a person of it (amina@cert-ke); default: the members "
                    "whose keys are at hand")
        .type_name("MEMBER");
}

void add_signing_options(Command& command, Context& context) {
    add_reading_options(command, context);
    command
        .add_option("--key", context.keys,
                    "The secret key to sign with; default: one of the member's in the data folder's keys")
        .type_name("FILE");
}

void add_audience_options(Command& command, AudienceOptions& options) {
    command
        .add_option("--tlp", options.tlp,
                    "Who may read it, by TLP 2.0: clear, green, amber, amber+strict or red")
        .type_name("LABEL")
        .one_of({"clear", "green", "amber", "amber+strict", "red"});
    command.add_option("--to", options.members, "With amber: a member that may read it (repeat)")
        .type_name("MEMBER");
    command
        .add_option("--group", options.groups,
                    "With amber: a group that may read it, as cert-ke/responders (repeat)")
        .type_name("GROUP");
    command
        .add_option("--person", options.persons,
                    "With red: a person that may read it, as amina@cert-ke (repeat)")
        .type_name("PERSON");
}

Result<ledger::Audience> audience_of(const AudienceOptions& options, std::string_view otherwise) {
    std::string label = options.tlp;
    if (label.empty()) {
        const bool organisations = !options.members.empty() || !options.groups.empty();
        if (organisations && !options.persons.empty()) {
            return invalid("--person", "does not go with --to and --group", "name organisations or persons");
        }
        label = organisations ? "amber" : !options.persons.empty() ? "red" : std::string(otherwise);
    }
    // Such audiences exist (the author's own people), but who writes this meant to name somebody.
    const bool nobody = options.members.empty() && options.groups.empty() && options.persons.empty();
    if (nobody && (label.starts_with("amber") || label == "red")) {
        return invalid(
            "--tlp", fmt::format("{} names who may read, and nobody is named", label),
            label == "red" ? "add --person PERSON@MEMBER" : "add --to MEMBER or --group OWNER/NAME");
    }
    json::Object object{{"tlp", label}};
    const auto add = [&](std::string_view name, const std::vector<std::string>& list) {
        if (list.empty()) return;
        json::Array names;
        for (const std::string& item : list) names.emplace_back(item);
        object[name] = std::move(names);
    };
    add("members", options.members);
    add("groups", options.groups);
    add("persons", options.persons);
    return ledger::parse_audience(object, "audience");
}

}  // namespace comity::cli
