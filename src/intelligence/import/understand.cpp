#include "intelligence/import/understand.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "intelligence/import/email.h"
#include "intelligence/import/free_text.h"
#include "intelligence/misp/read.h"
#include "json/alone.h"

namespace comity::intelligence {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"stix", "misp", "csv", "list", "text"};
constexpr std::size_t kLookedAt = 200;  // lines

char first_of(std::string_view text) {
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? '\0' : text[at];
}

InputKind json_kind(std::string_view text) {
    if (first_of(text) == '[') return InputKind::kMisp;  // STIX has no lists at the top
    const auto members = json::members_alone(text, "objects");
    if (!members) return InputKind::kStix;
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(*members, [&](const json::Member& each) { return each.name == name; });
    };
    if (has("type")) return InputKind::kStix;
    if (has("Event") || has("response") || (has("info") && has("uuid"))) return InputKind::kMisp;
    return InputKind::kStix;
}

// Lines that are an indicator each, lines that hold one word, and those that hold several.
struct Lines {
    std::size_t indicators = 0;
    std::size_t one = 0;
    std::size_t several = 0;
};
Lines look_at(std::string_view text) {
    Lines lines;
    while (!text.empty() && lines.one + lines.several < kLookedAt) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        // Comments are no words: "198.51.100.7  # a C2".
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
                line = line.substr(0, i);
        }
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos) continue;
        line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
        const auto indicator = classify(line);
        if (indicator || indicator.error().kind == ErrorKind::kRefused) ++lines.indicators;
        ++(line.find_first_of(" \t") == std::string_view::npos ? lines.one : lines.several);
    }
    return lines;
}

Result<Understanding> open_stix(std::string_view text) {
    COMITY_TRY(Document document, open_document(text));
    Understanding out;
    out.kind = InputKind::kStix;
    out.objects.assign(document.objects.begin(), document.objects.end());
    out.errors = std::move(document.wrong);
    out.repeated = document.repeated;
    return out;
}

Result<Understanding> open_list(std::string_view text) {
    COMITY_TRY(IndicatorList list, read_list(text));
    Understanding out;
    out.kind = InputKind::kList;
    out.errors = std::move(list.errors);
    out.not_taken = std::move(list.not_taken);
    out.repeated = list.repeated;
    for (IndicatorList::Entry& entry : list.entries) {
        out.entries.push_back({entry.line, {}});
        out.entries.back().described.indicator = std::move(entry.indicator);
    }
    return out;
}

}  // namespace

std::string_view to_string(InputKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

Result<InputKind> parse_input_kind(std::string_view text, std::string where) {
    const auto found = std::ranges::find(kKinds, text);
    if (found == kKinds.end())
        return invalid(std::move(where), fmt::format("\"{}\" is no kind of input", shown(text, 40)),
                       fmt::format("one of {}", fmt::join(kKinds, ", ")));
    return static_cast<InputKind>(found - kKinds.begin());
}

InputKind kind_of(std::string_view text) {
    text = without_mark(text);
    const char first = first_of(text);
    // "[.]" may begin a line of a list; what a list of events begins with is "[{".
    if (first == '{' || (first == '[' && first_of(text.substr(text.find('[') + 1)) == '{'))
        return json_kind(text);
    if (text.starts_with("%PDF-")) return InputKind::kText;
    if (is_email(text)) return InputKind::kText;
    if (is_one_column(text)) return InputKind::kCsv;
    const Lines lines = look_at(text);
    if (lines.indicators * 2 >= lines.one + lines.several) return InputKind::kList;
    if (looks_like_table(text)) return InputKind::kCsv;
    return lines.several > lines.one ? InputKind::kText : InputKind::kList;
}

Result<Understanding> understand(std::string_view text, const UnderstandOptions& options) {
    text = without_mark(text);
    const InputKind kind = options.kind.value_or(kind_of(text));
    if (!options.columns.empty() && kind != InputKind::kCsv)
        return invalid("--columns", fmt::format("is for tables, and this is taken for {}", to_string(kind)),
                       "add --format csv");
    const auto open = [&]() -> Result<Understanding> {
        switch (kind) {
            case InputKind::kStix:
                return open_stix(text);
            case InputKind::kMisp:
                return misp::read_events(text, options.label);
            case InputKind::kCsv:
                return read_csv(text, options.columns);
            case InputKind::kList:
                return open_list(text);
            case InputKind::kText:
                return read_text(text, {.plain = options.plain});
        }
        return internal("kind", "is none");
    };
    COMITY_TRY(Understanding out, open());
    if (out.entries.empty()) return out;
    std::vector<Described> described;
    described.reserve(out.entries.size());
    for (const Understanding::Entry& entry : out.entries) described.push_back(entry.described);
    out.objects = objects_of(described, options.sharer, options.label, options.at);
    return out;
}

}  // namespace comity::intelligence
