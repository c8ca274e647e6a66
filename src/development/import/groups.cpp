#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "development/import/assemble.h"
#include "development/import/table.h"
#include "development/observatory/names.h"

namespace comity::development {
namespace {

struct Span {
    int from = 0;
    int to = 0;
    std::size_t line = 0;
};

struct Columns {
    std::size_t place = kNoColumn;
    std::size_t year = kNoColumn;
    std::size_t group = kNoColumn;
    std::size_t from = kNoColumn;
    std::size_t to = kNoColumn;
};

class Grouper {
  public:
    Grouper(std::string_view text, std::string file, const std::string& column, const ReadOptions& options)
        : table_(read_table(text, file)), file_(std::move(file)), codes_(options.codes) {
        out_.defects = table_.defects;
        columns_.group = column_of(table_, column.empty() ? "group" : column);
        columns_.place =
            options.place_column.empty()
                ? column_of(table_, {"place", "geo", "iso3166_1_alpha3", "country", "iso3", "code"})
                : column_of(table_, options.place_column);
        columns_.year = options.year_column.empty() ? column_of(table_, {"time", "year"})
                                                    : column_of(table_, options.year_column);
        columns_.from = column_of(table_, "from");
        columns_.to = column_of(table_, "to");
    }

    AssembledGroups run() {
        if (columns_.group == kNoColumn || columns_.place == kNoColumn) {
            defect(
                DefectKind::kMissingColumn, 1,
                fmt::format("no column tells the {}: there are {}",
                            columns_.group == kNoColumn ? "group" : "place", fmt::join(table_.header, ", ")),
                "name it: --groups COLUMN, --place-column NAME");
            return std::move(out_);
        }
        for (const Row& row : table_.rows) take(row);
        for (const auto& [place, years] : by_year_) join(place, years);
        for (auto& [id, members] : groups_) {
            std::ranges::sort(
                members, {}, [](const Member& m) { return std::pair(m.place, m.from.value_or(kFirstYear)); });
            out_.groups.push_back({id, titles_[id], std::move(members)});
        }
        return std::move(out_);
    }

  private:
    void defect(DefectKind kind, std::size_t line, std::string what, std::string mend) {
        out_.defects.push_back({kind, file_, line, std::move(what), std::move(mend)});
    }

    std::optional<int> year(const Row& row, std::size_t column, bool& fine) {
        if (column == kNoColumn || row.fields[column].empty()) return std::nullopt;
        const auto read = read_year(row.fields[column]);
        if (read) return *read;
        defect(DefectKind::kImpossibleYear, row.line, read.error().what, read.error().mend);
        fine = false;
        return std::nullopt;
    }

    void take(const Row& row) {
        const std::string& title = row.fields[columns_.group];
        const std::string& code = row.fields[columns_.place];
        if (title.empty()) return;
        const std::string group = name_from(title);
        if (group.empty() || group == kOtherGroup)
            return defect(DefectKind::kBadName, row.line,
                          fmt::format("'{}' gives the group no name", shown(title, 60)),
                          "name it with letters and digits");
        const Place* place = place_of(code, codes_);
        if (place == nullptr) {
            if (is_aggregate(code)) return;
            return defect(DefectKind::kUnknownPlace, row.line,
                          fmt::format("'{}' is no place", shown(code, 60)),
                          "use codes of ISO 3166-1, or leave it out");
        }
        bool fine = true;
        titles_.emplace(group, title);
        if (columns_.from != kNoColumn || columns_.to != kNoColumn) {
            const Member member{std::string(place->code), year(row, columns_.from, fine),
                                year(row, columns_.to, fine)};
            if (fine) span(row.line, group, member);
            return;
        }
        if (columns_.year == kNoColumn) {
            if (const auto known = once_.emplace(place->code, row.line); !known.second)
                return defect(DefectKind::kDuplicate, row.line,
                              fmt::format("{} stands in line {} already", place->code, known.first->second),
                              "keep one of them");
            groups_[group].push_back({std::string(place->code), std::nullopt, std::nullopt});
            return;
        }
        const auto at = year(row, columns_.year, fine);
        if (!fine || !at) return;
        last_ = std::max(last_, *at);
        if (const auto [known, added] = by_year_[std::string(place->code)].emplace(*at, group); !added)
            defect(DefectKind::kDuplicate, row.line,
                   fmt::format("{} {} stands there twice", place->code, *at), "keep one of them");
    }

    // An interval that begins before it ends, and meets no other of its place.
    void span(std::size_t line, const std::string& group, const Member& member) {
        const int from = member.from.value_or(kFirstYear), to = member.to.value_or(kLastYear + 1);
        if (from >= to)
            return defect(DefectKind::kImpossibleYear, line,
                          fmt::format("ends in {}, not after it begins in {}", to, from),
                          "give the first year in which it is no member any more");
        for (const Span& other : spans_[member.place]) {
            if (from >= other.to || other.from >= to) continue;
            return defect(
                DefectKind::kDuplicate, line,
                fmt::format("{} is in a group at that time already, by line {}", member.place, other.line),
                "end a group in the first year in which the next begins");
        }
        spans_[member.place].push_back({from, to, line});
        groups_[group].push_back(member);
    }

    // Years that follow each other in one group are one interval.
    void join(const std::string& place, const std::map<int, std::string>& years) {
        for (auto at = years.begin(); at != years.end();) {
            const int from = at->first;
            const std::string& group = at->second;
            int to = from + 1;
            for (++at; at != years.end() && at->first == to && at->second == group; ++at) ++to;
            groups_[group].push_back({place, from, to > last_ ? std::nullopt : std::optional(to)});
        }
    }

    Table table_;
    std::string file_;
    CodeSpace codes_;
    Columns columns_;
    int last_ = kFirstYear;
    std::map<std::string, std::vector<Member>> groups_;
    std::map<std::string, std::string> titles_;
    std::map<std::string, std::map<int, std::string>> by_year_;
    std::map<std::string, std::vector<Span>> spans_;
    std::map<std::string, std::size_t, std::less<>> once_;
    AssembledGroups out_;
};

}  // namespace

AssembledGroups assemble_groups(std::string_view text, const std::string& file, const std::string& column,
                                const ReadOptions& options) {
    return Grouper(text, file, column, options).run();
}

}  // namespace comity::development
