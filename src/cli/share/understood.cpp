#include "cli/share/understood.h"

#include <fmt/format.h>

#include <map>
#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"
#include "intelligence/import/preview.h"
#include "intelligence/stix/object.h"

namespace comity::cli {

namespace {

using intelligence::Understanding;

constexpr std::size_t kLinesShown = 20;  // of each kind of complaint, unless all are asked for

void print_left(Context& context, const std::vector<Understanding::Left>& list, const std::string& file,
                std::string_view verb, bool all) {
    const std::size_t shown = all ? list.size() : std::min(list.size(), kLinesShown);
    for (std::size_t i = 0; i < shown; ++i) {
        context.err << fmt::format("{} line {}: {}: {}: {}\n", file, list[i].line, verb,
                                   printable(list[i].text), printable(list[i].why));
    }
    if (shown < list.size()) context.err << fmt::format("{}: and {} more lines\n", file, list.size() - shown);
}

void print_columns(Context& context, const Understanding& understood, const std::string& file) {
    std::vector<std::string> read;
    std::vector<std::string> ignored;
    for (const Understanding::Column& column : understood.columns) {
        if (column.meaning.empty()) {
            ignored.push_back(printable(column.header));
        } else {
            read.push_back(fmt::format("{}={}", column.meaning, printable(column.header)));
        }
    }
    if (!read.empty()) context.err << fmt::format("{}: --columns {}\n", file, fmt::join(read, ","));
    if (!ignored.empty()) context.err << fmt::format("{}: not read: {}\n", file, fmt::join(ignored, ", "));
}

void print_losses(Context& context, const Understanding& understood, const std::string& file, bool all) {
    const auto& losses = understood.losses;
    const std::size_t shown = all ? losses.size() : std::min(losses.size(), kLinesShown);
    for (std::size_t i = 0; i < shown; ++i)
        context.err << fmt::format("{}: {}: lost: {}\n", file, printable(losses[i].path),
                                   printable(losses[i].why));
    if (shown < losses.size())
        context.err << fmt::format("{}: and {} more losses\n", file, losses.size() - shown);
}

}  // namespace

void print_understood(Context& context, const Understanding& understood, const std::string& file, bool all) {
    print_columns(context, understood, file);
    if (all) {
        for (const auto& entry : understood.entries) {
            context.err << fmt::format("{} line {}: {} {}\n", file, entry.line,
                                       intelligence::to_string(entry.described.indicator.kind),
                                       printable(entry.described.indicator.value));
        }
    }
    print_left(context, understood.not_taken, file, "left out", all);
    print_left(context, understood.errors, file, "not understood", all);
    print_losses(context, understood, file, all);
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : intelligence::counts_of(understood))
        kinds.push_back(fmt::format("{} {}", count, printable(kind)));
    context.err << fmt::format(
        "{}: read as {}: {}", file, intelligence::to_string(understood.kind),
        kinds.empty() ? "nothing understood" : fmt::format("{}", fmt::join(kinds, ", ")));
    if (understood.repeated > 0) context.err << fmt::format("; {} repeated", understood.repeated);
    if (!understood.not_taken.empty())
        context.err << fmt::format("; {} left out", understood.not_taken.size());
    if (!understood.errors.empty())
        context.err << fmt::format("; {} not understood", understood.errors.size());
    if (!understood.losses.empty()) context.err << fmt::format("; {} lost", understood.losses.size());
    context.err << '\n';
}

void print_plan(Context& context, const intelligence::SharePlan& plan, const std::string& file) {
    if (plan.unchanged > 0)
        context.err << fmt::format("{}: {} shared before, and nothing changed\n", file, plan.unchanged);
    if (plan.renewed > 0)
        context.err << fmt::format("{}: {} shared before: new versions of these\n", file, plan.renewed);
    for (const std::string& id : plan.revoked)
        context.err << fmt::format("{}: left out: {} was revoked, and that is for good\n", file, id);
    for (const intelligence::Portion& portion : plan.portions) {
        const json::Object item{{"audience", ledger::audience_json(portion.audience)}};
        context.err << fmt::format("{}: {} objects for {}\n", file, portion.objects.size(),
                                   printable(audience_text(item)));
    }
}

}  // namespace comity::cli
