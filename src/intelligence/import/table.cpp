#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "intelligence/import/csv.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxRows = 1'000'000;
constexpr std::size_t kMaxFields = 1000;
constexpr std::size_t kLinesLookedAt = 50;  // lines, to find the separator
constexpr char kNoSeparator = '\0';         // of a table of one column
constexpr std::array kSeparators = {',', ';', '\t', '|'};

// Reads records one by one, counting lines.
class Records {
  public:
    Records(std::string_view text, char separator) : text_(text), separator_(separator) {}

    bool done() const { return at_ >= text_.size(); }
    std::size_t line() const { return line_; }
    bool at_comment() const { return text_[at_] == '#'; }
    std::string_view rest_of_line() {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        at_ = end + 1;
        ++line_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }

    Result<TableRow> next() {
        TableRow row{line_, {}};
        for (bool more = true; more;) {
            COMITY_TRY(std::string field, read_field(row.line));
            row.fields.push_back(std::move(field));
            if (row.fields.size() > kMaxFields)
                return too_large(fmt::format("line {}", row.line),
                                 fmt::format("has more than {} fields", kMaxFields));
            more = at_ < text_.size() && text_[at_] == separator_;
            if (more) ++at_;
        }
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
        return row;
    }

  private:
    bool at_end_of_field() const {
        return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' ||
               (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
    }
    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t') && text_[at_] != separator_)
            ++at_;
    }

    Result<std::string> read_field(std::size_t line) {
        std::string field;
        skip_spaces();
        if (at_ < text_.size() && text_[at_] == '"') {
            ++at_;
            while (true) {
                if (at_ >= text_.size())
                    return invalid(fmt::format("line {}", line), "a quotation mark opens that never closes");
                const char c = text_[at_++];
                if (c == '\n') ++line_;
                if (c != '"') {
                    field.push_back(c);
                } else if (at_ < text_.size() && text_[at_] == '"') {
                    field.push_back('"');
                    ++at_;
                } else {
                    break;
                }
            }
            skip_spaces();
        }
        while (!at_end_of_field()) field.push_back(text_[at_++]);
        while (field.ends_with(' ') || field.ends_with('\t')) field.pop_back();
        return field;
    }

    std::string_view text_;
    const char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

// By how much the text is a table with that separator: how many of its first rows have as many fields as
// most.
struct Fit {
    std::size_t width = 0;
    std::size_t rows = 0;
    std::size_t looked_at = 0;
};
Fit fit_of(std::string_view text, char separator) {
    Records records(text, separator);
    std::map<std::size_t, std::size_t> widths;
    Fit fit;
    while (!records.done() && fit.looked_at < kLinesLookedAt) {
        if (records.at_comment()) {
            records.rest_of_line();
            continue;
        }
        auto row = records.next();
        if (!row) break;
        if (row->fields.size() == 1 && row->fields.front().empty()) continue;
        ++fit.looked_at;
        ++widths[row->fields.size()];
    }
    for (const auto& [width, rows] : widths) {
        if (width >= 2 && rows >= fit.rows) {
            fit.width = width;
            fit.rows = rows;
        }
    }
    return fit;
}

struct Shape {
    char separator = ',';
    Fit fit;
};
std::optional<Shape> shape_of(std::string_view text) {
    std::optional<Shape> best;
    for (const char separator : kSeparators) {
        const Fit fit = fit_of(text, separator);
        if (fit.rows == 0) continue;
        if (!best || std::pair(fit.rows, fit.width) > std::pair(best->fit.rows, best->fit.width))
            best = Shape{separator, fit};
    }
    return best;
}

// The first line that is no comment, where it alone names a kind that looks do not tell.
std::optional<std::string> lone_header(std::string_view text) {
    Records records(text, kNoSeparator);
    while (!records.done()) {
        if (records.at_comment()) {
            records.rest_of_line();
            continue;
        }
        auto row = records.next();
        if (!row) return std::nullopt;
        if (row->fields.front().empty()) continue;
        if (!states_kind(row->fields.front())) return std::nullopt;
        return std::move(row->fields.front());
    }
    return std::nullopt;
}

}  // namespace

bool looks_like_table(std::string_view text) {
    text = without_mark(text);
    const auto shape = shape_of(text);
    if (!shape || shape->fit.rows * 10 < shape->fit.looked_at * 9) return false;
    // Sentences have commas too: some field must hold an indicator.
    Records records(text, shape->separator);
    for (std::size_t i = 0; i < kLinesLookedAt && !records.done(); ++i) {
        if (records.at_comment()) {
            records.rest_of_line();
            continue;
        }
        const auto row = records.next();
        if (!row) return false;
        if (std::ranges::any_of(row->fields,
                                [](const std::string& field) { return is_indicator_cell(field); }))
            return true;
    }
    return false;
}

bool is_one_column(std::string_view text) {
    return lone_header(without_mark(text)).has_value();
}

Result<Table> read_table(std::string_view text) {
    text = without_mark(text);
    auto header = lone_header(text);
    const auto shape = header ? std::optional(Shape{kNoSeparator, {}}) : shape_of(text);
    if (!shape)
        return invalid({}, "is no table: nothing parts its lines into fields",
                       "part them by commas, semicolons, tabs or bars");
    Table table{.separator = shape->separator, .header = {}, .rows = {}};
    Records records(text, shape->separator);
    std::string_view comment;
    while (!records.done()) {
        if (records.at_comment()) {
            const std::string_view line = records.rest_of_line();
            if (table.rows.empty())
                comment = line.substr(line.find_first_not_of("# \t") == std::string_view::npos
                                          ? line.size()
                                          : line.find_first_not_of("# \t"));
            // What comes before the rows' names is no name: the last comment with as many fields is the
            // header.
            if (table.rows.empty() && !comment.empty()) {
                auto names = Records(comment, shape->separator).next();
                if (names && names->fields.size() == shape->fit.width)
                    table.header = std::move(names->fields);
            }
            continue;
        }
        COMITY_TRY(TableRow row, records.next());
        if (std::ranges::all_of(row.fields, &std::string::empty)) continue;
        if (header) {
            table.header = {*std::exchange(header, std::nullopt)};
            continue;
        }
        table.rows.push_back(std::move(row));
        if (table.rows.size() > kMaxRows)
            return too_large(fmt::format("line {}", records.line()),
                             fmt::format("the table has more than {} rows", kMaxRows), "share it in parts");
    }
    return table;
}

}  // namespace comity::intelligence
