#include "development/network/site_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "development/import/table.h"

namespace comity::development {
namespace {

// A table's cells as numbers, with what is wrong with them.
class SiteTable {
  public:
    SiteTable(const Table& table, const std::string& file, std::vector<Defect>& defects)
        : table_(table), file_(file), defects_(defects) {}

    std::size_t column(std::initializer_list<std::string_view> names) {
        const std::size_t at = column_of(table_, names);
        if (at == kNoColumn)
            defects_.push_back({DefectKind::kMissingColumn, file_, 1,
                                fmt::format("there is no column {}", *names.begin()),
                                fmt::format("name one of {}", fmt::join(names, ", "))});
        return at;
    }
    // Nothing, and a defect, where it is no number from `low` to `high`.
    std::optional<double> number(const Row& row, std::size_t column, double low, double high) {
        const std::string_view text = trimmed(row.fields[column]);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size()) {
            defect(row, DefectKind::kBadValue, fmt::format("'{}' is no number", shown(text, 40)));
            return std::nullopt;
        }
        if (!(value >= low && value <= high)) {
            defect(row, DefectKind::kOutOfBounds, fmt::format("{} is not from {} to {}", value, low, high));
            return std::nullopt;
        }
        return value;
    }
    void defect(const Row& row, DefectKind kind, std::string what,
                std::string mend = "correct the row, or leave it out") {
        defects_.push_back({kind, file_, row.line, std::move(what), std::move(mend)});
    }
    bool is_new(const Row& row, const std::string& id) {
        if (seen_.insert(id).second) return true;
        defect(row, DefectKind::kDuplicate, fmt::format("'{}' stands there twice", shown(id, 40)));
        return false;
    }

  private:
    const Table& table_;
    const std::string& file_;
    std::vector<Defect>& defects_;
    std::set<std::string> seen_;
};

std::optional<bool> yes_or_no(std::string_view text) {
    for (const std::string_view yes : {"", "yes", "true", "1"})
        if (same_word(text, yes)) return true;
    for (const std::string_view no : {"no", "false", "0"})
        if (same_word(text, no)) return false;
    return std::nullopt;
}

}  // namespace

ReadSites read_sites(std::string_view text, const std::string& file, std::string_view country) {
    ReadSites out;
    const Table table = read_table(text, file);
    out.defects = table.defects;
    SiteTable cells(table, file, out.defects);
    const std::size_t id = cells.column({"id", "geonameid", "school_id", "giga_id"});
    const std::size_t people = cells.column({"people", "population"});
    const std::size_t latitude = cells.column({"lat", "latitude"});
    const std::size_t longitude = cells.column({"lon", "lng", "longitude"});
    if (!out.defects.empty() && std::max({id, people, latitude, longitude}) == kNoColumn) return out;
    const std::size_t name = column_of(table, "name");
    const std::size_t connected = column_of(table, "connected");
    const std::size_t power = column_of(table, {"electricity", "has_electricity"});
    const std::size_t where = column_of(table, "country");
    for (const Row& row : table.rows) {
        if (!country.empty() && where != kNoColumn && !same_word(row.fields[where], country)) continue;
        Site site;
        site.id = trimmed(row.fields[id]);
        if (site.id.empty()) {
            cells.defect(row, DefectKind::kBadName, "has no id");
            continue;
        }
        if (!cells.is_new(row, site.id)) continue;
        site.name = name == kNoColumn ? site.id : row.fields[name];
        const auto count = cells.number(row, people, 0, 1e10);
        const auto lat = cells.number(row, latitude, -90, 90), lon = cells.number(row, longitude, -180, 180);
        if (connected != kNoColumn && !trimmed(row.fields[connected]).empty()) {
            Row one = row;
            const bool percent = one.fields[connected].ends_with('%');
            if (percent) one.fields[connected].pop_back();
            const auto part = cells.number(one, connected, 0, percent ? 100 : 1);
            if (!part) continue;
            site.connected = percent ? *part / 100 : *part;
        }
        if (power != kNoColumn) {
            const auto grid = yes_or_no(trimmed(row.fields[power]));
            if (!grid) {
                cells.defect(row, DefectKind::kBadValue,
                             fmt::format("'{}' is neither yes nor no", shown(row.fields[power], 40)));
                continue;
            }
            site.on_grid = *grid;
        }
        if (!count || !lat || !lon) continue;
        site.people = *count;
        site.latitude = *lat;
        site.longitude = *lon;
        out.sites.push_back(std::move(site));
    }
    std::ranges::sort(out.sites, {}, &Site::id);
    return out;
}

ReadNodes read_nodes(std::string_view text, const std::string& file) {
    ReadNodes out;
    const Table table = read_table(text, file);
    out.defects = table.defects;
    SiteTable cells(table, file, out.defects);
    const std::size_t technology = cells.column({"technology", "kind", "type"});
    const std::size_t latitude = cells.column({"lat", "latitude"});
    const std::size_t longitude = cells.column({"lon", "lng", "longitude"});
    if (std::max({technology, latitude, longitude}) == kNoColumn) return out;
    const std::size_t id = column_of(table, {"id", "node_id"});
    for (const Row& row : table.rows) {
        NetworkNode node;
        node.id =
            id == kNoColumn ? fmt::format("line-{:06}", row.line) : std::string(trimmed(row.fields[id]));
        if (!cells.is_new(row, node.id)) continue;
        const std::string word = lowered(trimmed(row.fields[technology]));
        const auto kind = parse_technology(word == "fiber" ? "fibre" : word);
        if (!kind || *kind == Technology::kSatellite) {
            cells.defect(row, DefectKind::kBadValue,
                         fmt::format("'{}' is no technology of nodes", shown(word, 40)),
                         "write fibre, cellular or p2p");
            continue;
        }
        node.technology = *kind;
        const auto lat = cells.number(row, latitude, -90, 90), lon = cells.number(row, longitude, -180, 180);
        if (!lat || !lon) continue;
        node.latitude = *lat;
        node.longitude = *lon;
        out.nodes.push_back(std::move(node));
    }
    std::ranges::sort(out.nodes, {}, &NetworkNode::id);
    return out;
}

}  // namespace comity::development
