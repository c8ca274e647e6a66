#include "cli/vote/print_tally.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"

namespace comity::cli {
namespace {

void print_finding(Context& context, const json::Object& finding, std::size_t depth) {
    context.out << fmt::format("{}[{}] {}", std::string(2 * depth, ' '),
                               field(finding, "met") == "true" ? 'x' : ' ',
                               printable(field(finding, "title")));
    if (const std::string figures = field(finding, "figures"); !figures.empty())
        context.out << "  " << printable(figures);
    context.out << '\n';
    if (const json::Value* parts = finding.if_contains("parts")) {
        for (const json::Value& part : parts->as_array()) print_finding(context, part.as_object(), depth + 1);
    }
}

}  // namespace

std::string waits_text(const json::Object& close) {
    std::vector<std::string> parts;
    for (const json::Value& name : close.at("waits").as_array())
        parts.emplace_back(printable(name.as_string()));
    std::string text = parts.empty() ? "" : fmt::format("waits for {}", fmt::join(parts, ", "));
    for (const json::Value& value : close.at("behind").as_array()) {
        const json::Object& log = value.as_object();
        text += fmt::format("{}{} is held to entry {} here, witnesses had seen {}", text.empty() ? "" : "; ",
                            printable(field(log, "log")), field(log, "held"), field(log, "sealed"));
    }
    return text.empty() ? "ballots are open" : text;
}

std::string unbinding_text(const json::Object& tally) {
    const json::Value* unbinding = tally.if_contains("unbinding");
    if (unbinding == nullptr || !unbinding->is_object()) return {};
    const json::Object& form = unbinding->get_object();
    return printable(
        fmt::format("{}: {}: {}", field(form, "where"), field(form, "why"), field(form, "mend")));
}

void print_tally(Context& context, const json::Object& tally) {
    context.out << fmt::format("{}: {}\n", field(tally, "outcome"), printable(field(tally, "why")));
    if (const std::string why = unbinding_text(tally); !why.empty())
        context.out << fmt::format("What it adopts binds nobody: {}\n", why);
    context.out << '\n';
    std::vector<std::pair<std::string, std::string>> fields{
        {"vote", field(tally, "opening")},        {"version", field(tally, "version")},
        {"procedure", field(tally, "procedure")}, {"opened", field(tally, "opened")},
        {"closes", field(tally, "closes")},       {"ballots", field(tally, "counted")}};
    if (const json::Value* body = tally.if_contains("body")) {
        fields.emplace_back(
            "put to", field(body->as_object(), "id") + ", " + printable(field(body->as_object(), "name")));
    }
    print_fields(context, fields);
    if (const json::Value* value = tally.if_contains("close")) {
        const json::Object& close = value->as_object();
        context.out << (field(close, "settled") == "true"
                            ? std::string("\nThe close is settled: its witnesses have spoken.\n")
                            : fmt::format("\nProvisional: {}.\n", waits_text(close)));
        for (const json::Value& fault : close.at("faults").as_array())
            context.out << printable(fault.as_string()) << '\n';
        for (const json::Value& one : close.at("dropped").as_array()) {
            const json::Object& dropped = one.as_object();
            context.out << fmt::format("By a rule {} does not count: evidence {}\n",
                                       printable(field(dropped, "witness")), field(dropped, "evidence"));
        }
    }
    for (const char* part : {"quorum", "postponed", "adopted"}) {
        const json::Value* finding = tally.if_contains(part);
        if (finding == nullptr) continue;
        context.out << '\n' << part << '\n';
        print_finding(context, finding->as_object(), 1);
    }
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : tally.at("roll_call").as_array()) {
        const json::Object& line = value.as_object();
        std::string vote = field(line, "vote");
        if (!field(line, "by").empty()) vote += " (by " + field(line, "by") + ")";
        if (!field(line, "objection").empty()) vote += ", objection " + field(line, "objection");
        if (field(line, "recused") == "true") vote = "recused";
        std::string member = field(line, "member");
        if (!field(line, "person").empty()) member = field(line, "person") + "@" + member;
        rows.push_back(
            {member, field(line, "class"), vote, field(line, "ballot").substr(0, 12), field(line, "reason")});
    }
    print_table(context, {"MEMBER", "CLASS", "VOTE", "BALLOT", "REASON"}, rows, "Nobody votes.");
    rows.clear();
    for (const json::Value& value : tally.at("disregarded").as_array()) {
        const json::Object& one = value.as_object();
        rows.push_back({field(one, "ballot").substr(0, 12), field(one, "author"), field(one, "why"),
                        field(one, "text")});
    }
    if (!rows.empty()) {
        context.out << '\n';
        print_table(context, {"DOES NOT COUNT", "AUTHOR", "WHY", ""}, rows, "");
    }
}

}  // namespace comity::cli
