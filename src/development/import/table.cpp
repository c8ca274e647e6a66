#include "development/import/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"

namespace comity::development {
namespace {

// How many bytes of a character follow its first; -1: it is no first byte.
int following(unsigned char c) {
    if (c < 0x80) return 0;
    if (c >= 0xc2 && c < 0xe0) return 1;
    if (c >= 0xe0 && c < 0xf0) return 2;
    if (c >= 0xf0 && c < 0xf5) return 3;
    return -1;
}

// Overlong forms and surrogates are no UTF-8.
bool second_fits(unsigned char first, unsigned char second) {
    if ((second & 0xc0U) != 0x80) return false;
    if (first == 0xe0) return second >= 0xa0;
    if (first == 0xed) return second < 0xa0;
    if (first == 0xf0) return second >= 0x90;
    if (first == 0xf4) return second < 0x90;
    return true;
}

bool is_utf8(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (at = 0; at < text.size();) {
        const int more = following(byte(at));
        if (more < 0 || at + static_cast<std::size_t>(more) >= text.size() + (more == 0 ? 1U : 0U))
            return false;
        for (int i = 1; i <= more; ++i) {
            const unsigned char next = byte(at + static_cast<std::size_t>(i));
            if (i == 1 ? !second_fits(byte(at), next) : (next & 0xc0U) != 0x80) return false;
        }
        at += static_cast<std::size_t>(more) + 1;
    }
    return true;
}

char separator_of(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    char best = ',';
    for (const char each : {';', '\t'})
        if (std::ranges::count(line, each) > std::ranges::count(line, best)) best = each;
    return best;
}

struct Cursor {
    std::string_view text;
    std::size_t at = 0;
    std::size_t line = 1;
    char separator = ',';

    bool done() const { return at >= text.size(); }

    // One record; false where a quote never closes.
    bool record(Row& row) {
        row = {line, {}};
        std::string field;
        for (bool quoted = false;; ++at) {
            if (done()) {
                row.fields.push_back(std::move(field));
                return !quoted;
            }
            const char c = text[at];
            if (c == '\n') ++line;
            if (quoted) {
                if (c != '"') {
                    field += c;
                } else if (at + 1 < text.size() && text[at + 1] == '"') {
                    field += text[++at];
                } else {
                    quoted = false;
                }
            } else if (c == '"' && field.empty()) {
                quoted = true;
            } else if (c == separator) {
                row.fields.push_back(std::exchange(field, {}));
            } else if (c == '\n') {
                ++at;
                if (field.ends_with('\r')) field.pop_back();
                row.fields.push_back(std::move(field));
                return true;
            } else {
                field += c;
            }
        }
    }
};

bool is_blank(const Row& row) {
    return std::ranges::all_of(row.fields, [](const std::string& f) { return f.empty() || f == "\r"; });
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

std::size_t not_utf8_at(std::string_view text) {
    std::size_t at = 0;
    if (is_utf8(text, at)) return 0;
    return static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
}

Table read_table(std::string_view text, const std::string& file) {
    Table table;
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        table.defects.push_back({DefectKind::kNotUtf8, file, 1, "is in UTF-16", "save it as UTF-8"});
        return table;
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (const std::size_t line = not_utf8_at(text); line > 0) {
        table.defects.push_back({DefectKind::kNotUtf8, file, line, "has bytes that are no UTF-8",
                                 "convert it: iconv -f LATIN1 -t UTF-8"});
        return table;
    }
    Cursor cursor{.text = text};
    // The World Bank's files begin with two lines about the file; the header is the first with several
    // columns.
    std::vector<Row> records;
    cursor.separator = separator_of(text);
    for (Row row; !cursor.done();) {
        const bool whole = cursor.record(row);
        if (!whole) {
            table.defects.push_back({DefectKind::kBrokenTable, file, row.line,
                                     "a quote opens here and never closes", "close it"});
            break;
        }
        if (!is_blank(row)) records.push_back(std::move(row));
    }
    // Lines about the file before the header have few fields.
    constexpr std::size_t kAhead = 6;
    std::size_t most = 0;
    for (const Row& row : std::span(records).first(std::min(kAhead, records.size())))
        most = std::max(most, row.fields.size());
    std::size_t first = 0;
    while (first + 1 < records.size() && records[first].fields.size() * 2 <= most) ++first;
    if (records.empty()) return table;
    table.header = std::move(records[first].fields);
    for (std::string& name : table.header) {
        if (name.ends_with('\r')) name.pop_back();
    }
    for (std::size_t i = first + 1; i < records.size(); ++i) {
        Row& row = records[i];
        // A separator at the end of every line, as the World Bank writes them.
        while (row.fields.size() > table.header.size() && row.fields.back().empty()) row.fields.pop_back();
        if (row.fields.size() != table.header.size()) {
            table.defects.push_back(
                {DefectKind::kBrokenTable, file, row.line,
                 fmt::format("has {} fields, the header {}", row.fields.size(), table.header.size()),
                 "quote what holds a separator"});
            continue;
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::size_t column_of(const Table& table, std::string_view name) {
    const std::string wanted = lower(name);
    for (std::size_t i = 0; i < table.header.size(); ++i)
        if (lower(table.header[i]) == wanted) return i;
    return kNoColumn;
}

std::size_t column_of(const Table& table, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const std::size_t at = column_of(table, name); at != kNoColumn) return at;
    return kNoColumn;
}

}  // namespace comity::development
