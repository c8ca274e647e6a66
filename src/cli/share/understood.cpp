#include "cli/share/understood.h"

#include <fmt/format.h>

#include <map>
#include <ostream>

#include "cli/output.h"
#include "intelligence/stix/object.h"

namespace comity::cli {

namespace {

constexpr std::size_t kLinesShown = 20;  // of each kind of complaint, unless all are asked for

using Left = intelligence::IndicatorList::Left;

void print_left(Context& context, const std::vector<Left>& list, const std::string& file,
                std::string_view verb, bool all) {
    const std::size_t shown = all ? list.size() : std::min(list.size(), kLinesShown);
    for (std::size_t i = 0; i < shown; ++i) {
        context.err << fmt::format("{} line {}: {}: {}: {}\n", file, list[i].line, verb,
                                   printable(list[i].text), list[i].why);
    }
    if (shown < list.size()) context.err << fmt::format("{}: and {} more lines\n", file, list.size() - shown);
}

json::Array left_form(const std::vector<Left>& list) {
    json::Array lines;
    for (const Left& left : list)
        lines.push_back(json::Object{{"line", left.line}, {"text", left.text}, {"why", left.why}});
    return lines;
}

std::map<std::string, std::size_t> counts(const Understood& understood) {
    std::map<std::string, std::size_t> by_kind;
    for (const auto& entry : understood.entries)
        ++by_kind[std::string(intelligence::to_string(entry.indicator.kind))];
    if (understood.stix) {
        for (const std::string& bytes : understood.objects) {
            if (const auto object = intelligence::parse_object(bytes)) ++by_kind[object->id.type];
        }
    }
    return by_kind;
}

}  // namespace

Result<Understood> understand(std::string_view text, const std::string& file,
                              const intelligence::Sharer& sharer, ledger::Tlp label, Time at) {
    Understood understood;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, as editors leave it
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        understood.stix = true;
        auto document = intelligence::open_document(text);
        if (!document) return within(file, std::move(document).error());
        understood.objects.assign(document->objects.begin(), document->objects.end());
        understood.repeated = document->repeated;
        return understood;
    }
    auto list = intelligence::read_list(text);
    if (!list) return within(file, std::move(list).error());
    understood.entries = std::move(list->entries);
    understood.errors = std::move(list->errors);
    understood.not_taken = std::move(list->not_taken);
    understood.repeated = list->repeated;
    std::vector<intelligence::Indicator> indicators;
    indicators.reserve(understood.entries.size());
    for (const auto& entry : understood.entries) indicators.push_back(entry.indicator);
    if (!indicators.empty()) understood.objects = intelligence::objects_of(indicators, sharer, label, at);
    return understood;
}

void print_understood(Context& context, const Understood& understood, const std::string& file, bool all) {
    if (all) {
        for (const auto& entry : understood.entries) {
            context.err << fmt::format("{} line {}: {} {}\n", file, entry.line,
                                       intelligence::to_string(entry.indicator.kind),
                                       printable(entry.indicator.value));
        }
    }
    print_left(context, understood.not_taken, file, "left out", all);
    print_left(context, understood.errors, file, "not understood", all);
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : counts(understood)) kinds.push_back(fmt::format("{} {}", count, kind));
    context.err << fmt::format(
        "{}: {}", file, kinds.empty() ? "nothing understood" : fmt::format("{}", fmt::join(kinds, ", ")));
    if (understood.repeated > 0) context.err << fmt::format("; {} repeated", understood.repeated);
    if (!understood.not_taken.empty())
        context.err << fmt::format("; {} left out", understood.not_taken.size());
    if (!understood.errors.empty())
        context.err << fmt::format("; {} not understood", understood.errors.size());
    context.err << '\n';
}

json::Value understood_form(const Understood& understood) {
    json::Object kinds;
    for (const auto& [kind, count] : counts(understood)) kinds[kind] = count;
    return json::Object{{"objects", understood.objects.size()},
                        {"kinds", std::move(kinds)},
                        {"repeated", understood.repeated},
                        {"left_out", left_form(understood.not_taken)},
                        {"not_understood", left_form(understood.errors)}};
}

}  // namespace comity::cli
