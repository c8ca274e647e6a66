#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> show(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object discussion, source->discussion(id));
    if (context.json) {
        print_json(context, discussion);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : discussion.at("endorsements").as_array()) {
        const json::Object& one = value.as_object();
        rows.push_back(
            {field(one, "member"), field(one, "version").substr(0, 12), field(one, "since").substr(0, 10)});
    }
    print_table(context, {"ENDORSED BY", "VERSION", "SINCE"}, rows, "Nobody has endorsed it yet.");
    for (const json::Value& value : discussion.at("comments").as_array()) {
        const json::Object& comment = value.as_object();
        const std::string indent(2 * comment.at("depth").to_number<std::size_t>(), ' ');
        std::string head = fmt::format("{}{} {} {}", indent, field(comment, "id").substr(0, 12),
                                       field(comment, "author"), field(comment, "said").substr(0, 10));
        if (!field(comment, "position").empty()) head += ", " + field(comment, "position");
        context.out << '\n' << printable(head) << '\n';
        if (!field(comment, "quote").empty()) {
            context.out << indent << "  > " << printable(field(comment, "quote"))
                        << (field(comment, "stands") == "true" ? "" : "  (no more in the text)") << '\n';
        }
        context.out << indent << "  " << printable(field(comment, "text")) << '\n';
    }
    return {};
}

}  // namespace

void add_proposal_discussion(Command& proposal, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command =
        proposal.add_command({.name = "discussion",
                              .summary = "Show who stands behind a proposal, and what was said of it",
                              .description = "Comments in threads, of all its versions.",
                              .examples = {{"comity proposal discussion 6b1f20aa", ""}}});
    command.add_option("PROPOSAL", *id, "Its id, or that of a version or vote: 8 digits or more").required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show(c, *id); });
}

}  // namespace comity::cli
