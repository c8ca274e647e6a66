#include "intelligence/import/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "base/text.h"
#include "intelligence/import/spelling.h"
#include "intelligence/stix/marking.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kRowsLookedAt = 200;  // rows, to tell what a column holds
constexpr std::size_t kMaxCellShown = 120;
constexpr std::size_t kMaxText = 4000;  // bytes of a description or label

constexpr std::array<std::string_view, 8> kMeanings = {"value",      "type",       "description", "labels",
                                                       "confidence", "valid_from", "valid_until", "tlp"};
constexpr std::string_view kValue = "value";

std::string column_name(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z') {
            out.push_back(static_cast<char>(c - 'A' + 'a'));
        } else if (c == ' ' || c == '-' || c == '.') {
            out.push_back('_');
        } else {
            out.push_back(c);
        }
    }
    return out;
}

struct Synonym {
    std::string_view header;
    std::string_view meaning;
};
// How feeds and colleagues call their columns; in lower case, spaces as "_".
constexpr Synonym kSynonyms[] = {
    {"value", "value"},
    {"ioc", "value"},
    {"ioc_value", "value"},
    {"indicator", "value"},
    {"indicators", "value"},
    {"observable", "value"},
    {"artifact", "value"},
    {"address", "value"},
    {"ip", "value"},
    {"ip_address", "value"},
    {"ipaddress", "value"},
    {"ipv4", "value"},
    {"ipv6", "value"},
    {"dst_ip", "value"},
    {"dstip", "value"},
    {"src_ip", "value"},
    {"srcip", "value"},
    {"domain", "value"},
    {"hostname", "value"},
    {"host", "value"},
    {"fqdn", "value"},
    {"url", "value"},
    {"uri", "value"},
    {"email", "value"},
    {"hash", "value"},
    {"md5", "value"},
    {"md5_hash", "value"},
    {"sha1", "value"},
    {"sha1_hash", "value"},
    {"sha256", "value"},
    {"sha256_hash", "value"},
    {"sha512", "value"},
    {"ssdeep", "value"},
    {"ja3", "value"},
    {"ja3_md5", "value"},
    {"ja3_hash", "value"},
    {"ja3_fingerprint_md5", "value"},
    {"ja4", "value"},
    {"cidr", "value"},
    {"network", "value"},
    {"netblock", "value"},
    {"type", "type"},
    {"kind", "type"},
    {"ioc_type", "type"},
    {"indicator_type", "type"},
    {"attribute_type", "type"},
    {"description", "description"},
    {"comment", "description"},
    {"comments", "description"},
    {"note", "description"},
    {"notes", "description"},
    {"threat", "description"},
    {"malware", "description"},
    {"malware_printable", "description"},
    {"family", "description"},
    {"reason", "description"},
    {"context", "description"},
    {"labels", "labels"},
    {"tags", "labels"},
    {"tag", "labels"},
    {"label", "labels"},
    {"confidence", "confidence"},
    {"confidence_level", "confidence"},
    {"score", "confidence"},
    {"valid_from", "valid_from"},
    {"first_seen", "valid_from"},
    {"firstseen", "valid_from"},
    {"first_seen_utc", "valid_from"},
    {"dateadded", "valid_from"},
    {"date_added", "valid_from"},
    {"date", "valid_from"},
    {"created", "valid_from"},
    {"timestamp", "valid_from"},
    {"valid_until", "valid_until"},
    {"expires", "valid_until"},
    {"expiration", "valid_until"},
    {"expiry", "valid_until"},
    {"tlp", "tlp"},
    {"marking", "tlp"},
};

std::string_view guessed(std::string_view header) {
    const std::string name = column_name(header);
    const auto found = std::ranges::find(kSynonyms, name, &Synonym::header);
    return found == std::end(kSynonyms) ? std::string_view() : found->meaning;
}

// "1.2.3.4:443" and its like: what stands before the port.
std::pair<std::string, std::string> cell_without_port(const std::string& cell) {
    const std::size_t colon = cell.rfind(':');
    if (colon == std::string::npos || cell.find(':') != colon || cell.find("://") != std::string::npos)
        return {cell, {}};
    const std::string port = cell.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos)
        return {cell, {}};
    return {cell.substr(0, colon), port};
}

Result<Indicator> classify_cell(std::string_view cell) {
    return classify(cell_without_port(plain_letters(cell)).first);
}

bool is_taken(const Result<Indicator>& indicator) {
    return indicator || indicator.error().kind == ErrorKind::kRefused;
}

// What a table's own word for a kind means; nothing: it says something else ("botnet_cc").
std::optional<std::string_view> family_named(std::string_view word) {
    static constexpr Synonym kFamilies[] = {{"ip", "ip"},
                                            {"ipv4", "ip"},
                                            {"ipv6", "ip"},
                                            {"ip_src", "ip"},
                                            {"ip_dst", "ip"},
                                            {"ipv4_addr", "ip"},
                                            {"ipv6_addr", "ip"},
                                            {"ip_address", "ip"},
                                            {"cidr", "ip"},
                                            {"network", "ip"},
                                            {"ip:port", "ip"},
                                            {"domain", "domain"},
                                            {"domain_name", "domain"},
                                            {"hostname", "domain"},
                                            {"fqdn", "domain"},
                                            {"host", "domain"},
                                            {"url", "url"},
                                            {"uri", "url"},
                                            {"email", "email"},
                                            {"email_addr", "email"},
                                            {"email_src", "email"},
                                            {"md5", "md5"},
                                            {"md5_hash", "md5"},
                                            {"sha1", "sha1"},
                                            {"sha1_hash", "sha1"},
                                            {"sha_1", "sha1"},
                                            {"sha256", "sha256"},
                                            {"sha256_hash", "sha256"},
                                            {"sha_256", "sha256"},
                                            {"sha512", "sha512"},
                                            {"ssdeep", "ssdeep"},
                                            {"filename", "file-name"},
                                            {"file_name", "file-name"},
                                            {"ja3", "ja3"},
                                            {"ja3_md5", "ja3"},
                                            {"ja3_hash", "ja3"},
                                            {"ja3_fingerprint_md5", "ja3"},
                                            {"ja4", "ja4"},
                                            {"btc", "wallet"},
                                            {"bitcoin", "wallet"},
                                            {"xmr", "wallet"},
                                            {"wallet", "wallet"}};
    const std::string name = column_name(word);
    const auto found = std::ranges::find(kFamilies, name, &Synonym::header);
    if (found == std::end(kFamilies)) return std::nullopt;
    return found->meaning;
}
// A JA3 looks like an MD5 sum, and a file's name like nothing: where a table's own word has to say it.
std::optional<IndicatorKind> stated_kind(std::string_view word) {
    const auto family = family_named(word);
    const auto kind = family ? parse_indicator_kind(*family) : std::nullopt;
    return kind && *kind > IndicatorKind::kSha512 ? kind : std::nullopt;
}
std::string_view family_of(IndicatorKind kind) {
    switch (kind) {
        case IndicatorKind::kIpv4:
        case IndicatorKind::kIpv4Network:
        case IndicatorKind::kIpv6:
        case IndicatorKind::kIpv6Network:
            return "ip";
        default:
            return to_string(kind);
    }
}

// RFC 3339, and what tables have instead: "2026-11-24 10:00:00", "2026-11-24", seconds since 1970.
std::optional<Time> time_of(std::string_view cell) {
    std::string text(cell);
    if (text.ends_with(" UTC")) text.resize(text.size() - 4);
    if (text.size() == 10 && text[4] == '-') text += "T00:00:00Z";
    if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
    if (text.size() >= 19 && text.find_first_of("Zz+", 19) == std::string::npos) text += 'Z';
    if (auto time = parse_time(text)) return *time;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), seconds);
    if (error == std::errc() && end == cell.data() + cell.size() && seconds > 100'000'000 &&
        seconds < 32'503'680'000)
        return Time::from_seconds(seconds);
    return std::nullopt;
}

class CsvReader {
  public:
    CsvReader(Table table, const ColumnMapping& mapping) : table_(std::move(table)), mapping_(mapping) {
        out_.kind = InputKind::kCsv;
    }

    Result<Understanding> read() {
        COMITY_CHECK(settle_columns());
        for (const TableRow& row : table_.rows) read_row(row);
        return std::move(out_);
    }

  private:
    std::size_t width() const {
        std::size_t width = table_.header.size();
        for (std::size_t i = 0; i < std::min(table_.rows.size(), kRowsLookedAt); ++i)
            width = std::max(width, table_.rows[i].fields.size());
        return width;
    }

    // The first row is a header where no field of it is an indicator and some row below has one.
    void find_header() {
        if (!table_.header.empty() || table_.rows.empty()) return;
        const auto& first = table_.rows.front().fields;
        const bool named =
            std::ranges::any_of(first, [](const std::string& f) { return !guessed(f).empty(); });
        const bool holds =
            std::ranges::any_of(first, [](const std::string& f) { return is_indicator_cell(f); });
        if (holds || (!named && table_.rows.size() < 2)) return;
        const bool below = std::ranges::any_of(
            std::span(table_.rows).subspan(1, std::min(table_.rows.size() - 1, kRowsLookedAt)),
            [](const TableRow& row) {
                return std::ranges::any_of(row.fields,
                                           [](const std::string& f) { return is_indicator_cell(f); });
            });
        if (!below && !named) return;
        table_.header = first;
        table_.rows.erase(table_.rows.begin());
    }

    Result<void> settle_columns() {
        find_header();
        const std::size_t columns = width();
        meanings_.assign(columns, {});
        std::set<std::string, std::less<>> given;
        for (const auto& [meaning, name] : mapping_) {
            COMITY_TRY(const std::size_t column, column_of(name, columns));
            meanings_[column] = meaning;
            given.insert(meaning);
        }
        for (std::size_t i = 0; i < std::min(columns, table_.header.size()); ++i) {
            const std::string_view meaning = guessed(table_.header[i]);
            if (!meanings_[i].empty() || meaning.empty() || given.contains(meaning)) continue;
            // Several columns may hold values (ip, domain, md5); of the rest the first counts.
            const bool taken = std::ranges::find(meanings_, meaning) != meanings_.end();
            if (meaning == kValue ? holds_values(i) : !taken) meanings_[i] = meaning;
        }
        if (std::ranges::find(meanings_, kValue) == meanings_.end()) {
            std::size_t best = columns;
            std::size_t most = 0;
            for (std::size_t i = 0; i < columns; ++i) {
                if (!meanings_[i].empty()) continue;
                if (const std::size_t count = values_in(i); count > most) {
                    most = count;
                    best = i;
                }
            }
            if (best == columns)
                return invalid({}, "no column holds indicators",
                               "name the one that does: --columns value=NAME");
            meanings_[best] = kValue;
        }
        for (std::size_t i = 0; i < columns; ++i) {
            const std::string header = i < table_.header.size() ? table_.header[i] : std::string();
            out_.columns.push_back({header.empty() ? fmt::format("#{}", i + 1) : header, meanings_[i]});
        }
        return {};
    }

    Result<std::size_t> column_of(const std::string& name, std::size_t columns) const {
        for (std::size_t i = 0; i < table_.header.size(); ++i) {
            if (table_.header[i] == name) return i;
        }
        for (std::size_t i = 0; i < table_.header.size(); ++i) {
            if (column_name(table_.header[i]) == column_name(name)) return i;
        }
        std::size_t number = 0;
        const std::string_view digits =
            std::string_view(name).starts_with('#') ? std::string_view(name).substr(1) : "";
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size() && number >= 1 &&
            number <= columns)
            return number - 1;
        return invalid("--columns", fmt::format("there is no column \"{}\"", shown(name, 60)),
                       table_.header.empty()
                           ? fmt::format("it has no header: number them, #1 to #{}", columns)
                           : fmt::format("there are: {}",
                                         shown(fmt::format("{}", fmt::join(table_.header, ", ")), 300)));
    }

    std::size_t values_in(std::size_t column) const {
        const auto kind = column < table_.header.size() ? stated_kind(table_.header[column]) : std::nullopt;
        std::size_t count = 0;
        for (std::size_t i = 0; i < std::min(table_.rows.size(), kRowsLookedAt); ++i) {
            const auto& fields = table_.rows[i].fields;
            if (column >= fields.size()) continue;
            const bool is =
                kind ? classify_as(*kind, fields[column]).has_value() : is_indicator_cell(fields[column]);
            if (is) ++count;
        }
        return count;
    }
    // An "ip" column may be empty in most rows; one that is named so and holds nothing else is taken.
    bool holds_values(std::size_t column) const { return table_.rows.empty() || values_in(column) > 0; }

    void read_row(const TableRow& row) {
        Described context;
        std::string type;
        std::string whys;  // of what the row says besides, and could not be read
        const auto wrong = [&](std::size_t column, std::string_view why) {
            whys += fmt::format("{}{}: {}", whys.empty() ? "" : "; ", out_.columns[column].header, why);
        };
        for (std::size_t i = 0; i < std::min(row.fields.size(), meanings_.size()); ++i) {
            const std::string& cell = row.fields[i];
            if (cell.empty() || meanings_[i].empty() || meanings_[i] == kValue) continue;
            read_context(meanings_[i], cell, i, context, type, wrong);
        }
        if (!whys.empty()) {
            out_.errors.push_back({row.line, shown(first_value(row), kMaxCellShown), whys});
            return;
        }
        bool any = false;
        for (std::size_t i = 0; i < std::min(row.fields.size(), meanings_.size()); ++i) {
            if (meanings_[i] != kValue || row.fields[i].empty()) continue;
            any = true;
            // A column of JA3 fingerprints or of files' names says so itself.
            const std::string own = i < table_.header.size() ? table_.header[i] : std::string();
            read_value(row.line, row.fields[i], stated_kind(own) ? own : type, context);
        }
        if (!any)
            out_.errors.push_back({row.line,
                                   shown(fmt::format("{}", fmt::join(row.fields, ",")), kMaxCellShown),
                                   "has no value"});
    }

    template <typename Wrong>
    static void read_context(std::string_view meaning, const std::string& cell, std::size_t column,
                             Described& context, std::string& type, const Wrong& wrong) {
        if (meaning == "type") type = cell;
        if (meaning == "description") context.description = shown(cell, kMaxText);
        if (meaning == "labels") {
            for (std::size_t at = 0; at <= cell.size();) {
                const std::size_t end = std::min(cell.find_first_of(",;|", at), cell.size());
                std::string_view label = std::string_view(cell).substr(at, end - at);
                while (label.starts_with(' ')) label.remove_prefix(1);
                while (label.ends_with(' ')) label.remove_suffix(1);
                if (!label.empty() && label != "None") context.labels.push_back(shown(label, 200));
                at = end + 1;
            }
        }
        if (meaning == "confidence") {
            std::string_view digits = cell;
            if (digits.ends_with('%')) digits.remove_suffix(1);
            int number = 0;
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error == std::errc() && end == digits.data() + digits.size() && number >= 0 &&
                number <= 100) {
                context.confidence = number;
            } else {
                wrong(column, "is no number from 0 to 100");
            }
        }
        if (meaning == "valid_from" || meaning == "valid_until") {
            const auto time = time_of(cell);
            if (!time) return wrong(column, "is no time such as 2026-11-24T10:00:00Z");
            (meaning == "valid_from" ? context.valid_from : context.valid_until) = time;
        }
        if (meaning == "tlp") {
            std::string label = column_name(cell);
            if (label.starts_with("tlp:") || label.starts_with("tlp_")) label.erase(0, 4);
            if (label == "white") label = "clear";
            if (label == "amber_strict") label = "amber+strict";
            const auto tlp = ledger::parse_tlp(label);
            if (!tlp) return wrong(column, "is no TLP label");
            context.marking = *tlp;
        }
    }

    std::string first_value(const TableRow& row) const {
        for (std::size_t i = 0; i < std::min(row.fields.size(), meanings_.size()); ++i) {
            if (meanings_[i] == kValue && !row.fields[i].empty()) return row.fields[i];
        }
        return {};
    }

    void read_value(std::size_t line, const std::string& cell, const std::string& type,
                    const Described& context) {
        const auto [value, port] = cell_without_port(plain_letters(cell));
        const auto said = family_named(type);
        const auto kind = stated_kind(type);
        auto indicator = kind ? classify_as(*kind, value) : classify(value);
        if (!indicator) {
            auto& left = indicator.error().kind == ErrorKind::kRefused ? out_.not_taken : out_.errors;
            left.push_back({line, shown(cell, kMaxCellShown), indicator.error().message()});
            return;
        }
        if (said && *said != family_of(indicator->kind)) {
            out_.errors.push_back({line, shown(cell, kMaxCellShown),
                                   fmt::format("is of the kind {}, and its row says {}",
                                               to_string(indicator->kind), shown(type, 40))});
            return;
        }
        if (context.valid_from && context.valid_until && *context.valid_until <= *context.valid_from) {
            out_.errors.push_back({line, shown(cell, kMaxCellShown), "ends before it begins"});
            return;
        }
        if (!seen_.insert(*indicator).second) {
            ++out_.repeated;
            return;
        }
        Understanding::Entry entry{line, context};
        entry.described.indicator = *std::move(indicator);
        if (!port.empty()) {
            auto& text = entry.described.description;
            text += fmt::format("{}Seen with port {}", text.empty() ? "" : "; ", port);
        }
        out_.entries.push_back(std::move(entry));
    }

    Table table_;
    const ColumnMapping& mapping_;
    std::vector<std::string> meanings_;
    std::set<Indicator> seen_;
    Understanding out_;
};

}  // namespace

bool is_indicator_cell(std::string_view cell) {
    return is_taken(classify_cell(cell));
}

bool states_kind(std::string_view header) {
    return stated_kind(header).has_value();
}

Result<ColumnMapping> parse_mapping(std::string_view text, const std::string& where) {
    ColumnMapping mapping;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = pair.find('=');
        const std::string_view meaning = pair.substr(0, equals);
        if (equals == std::string_view::npos || equals + 1 == pair.size())
            return invalid(where, fmt::format("\"{}\" is no MEANING=COLUMN", shown(pair, 60)),
                           "write value=ioc,type=kind");
        if (std::ranges::find(kMeanings, meaning) == kMeanings.end())
            return invalid(where, fmt::format("\"{}\" is no meaning of a column", shown(meaning, 60)),
                           fmt::format("there are: {}", fmt::join(kMeanings, ", ")));
        if (!mapping.emplace(meaning, pair.substr(equals + 1)).second)
            return invalid(where, fmt::format("names {} twice", meaning));
    }
    return mapping;
}

Result<Understanding> read_csv(std::string_view text, const ColumnMapping& mapping) {
    COMITY_TRY(Table table, read_table(text));
    return CsvReader(std::move(table), mapping).read();
}

}  // namespace comity::intelligence
