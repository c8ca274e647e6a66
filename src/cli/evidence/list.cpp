#include <fmt/format.h>

#include <algorithm>
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

constexpr std::size_t kShownId = 16;  // digits

std::string publishers(const json::Object& piece) {
    const json::Value* list = piece.if_contains("published");
    if (list == nullptr || !list->is_array()) return "-";
    std::string text;
    for (const json::Value& item : list->get_array()) {
        if (!item.is_object()) continue;
        if (!text.empty()) text += ", ";
        text += field(item.get_object(), "author");
    }
    return text.empty() ? "-" : text;
}

// The piece whose id begins so, as a file.
Result<void> show(Context& context, Source& source, const std::vector<json::Object>& pieces,
                  const std::string& prefix) {
    std::vector<std::string> ids;
    for (const json::Object& piece : pieces) {
        if (field(piece, "id").starts_with(prefix)) ids.push_back(field(piece, "id"));
    }
    if (ids.empty()) return not_found("there is no evidence " + prefix, "comity evidence list shows it");
    if (ids.size() > 1) return conflict(prefix, "is the beginning of more than one id", "give more digits");
    COMITY_TRY(const Digest id, Digest::from_hex(ids.front()));
    COMITY_TRY(const std::string file, source.evidence_file(id));
    context.out << printable_json(file) << '\n';
    return {};
}

Result<void> list_evidence(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::vector<json::Object> pieces, source->evidence());
    if (!id.empty()) return show(context, *source, pieces, id);
    if (context.json) {
        print_json(context, json::Array(pieces.begin(), pieces.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& piece : pieces) {
        const std::string found = field(piece, "found");
        rows.push_back({field(piece, "id").substr(0, kShownId), field(piece, "kind"), field(piece, "origin"),
                        found.empty() ? "-" : found, publishers(piece)});
    }
    print_table(context, {"EVIDENCE", "KIND", "LOG", "FOUND", "PUBLISHED BY"}, rows,
                "There is no evidence against any log.");
    return {};
}

}  // namespace

void add_evidence_list(Command& evidence, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = evidence.add_command(
        {.name = "list",
         .summary = "List evidence that a log has lied, or print a piece of it",
         .description = "What this node has found by witnessing and by hearing from others, and what members "
                        "have published. With an id it prints the file that anyone can check.",
         .examples = {{"comity evidence list", ""},
                      {"comity evidence list b0a5dc70b0e3ba28 > evidence.json", "one piece, to pass on"}}});
    command.add_option("ID", *id, "The beginning of a piece's id");
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return list_evidence(c, *id); });
}

}  // namespace comity::cli
