#include "intelligence/match/fields.h"

#include <algorithm>
#include <array>

#include "intelligence/match/hex_digit.h"

namespace comity::intelligence::match {
namespace {

constexpr std::array<std::string_view, 7> kFormatNames = {"text", "zeek",   "json", "web",
                                                          "dns",  "syslog", "csv"};
constexpr std::size_t kLinesLooked = 20;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view without_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

// Zeek writes bytes that would mislead as \xHH.
std::string zeek_value(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && hex_value(text[i + 2]) >= 0 &&
            hex_value(text[i + 3]) >= 0) {
            out += static_cast<char>(hex_value(text[i + 2]) << 4 | hex_value(text[i + 3]));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty() && lines.size() < kLinesLooked) {
        const std::size_t end = text.find('\n');
        lines.push_back(without_end(text.substr(0, end)));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

// The name that other tools use for a host or a path beside it.
bool is_host(std::string_view name) {
    static constexpr std::array<std::string_view, 6> kHosts = {"host",    "hostname", "http.hostname",
                                                               "cs-host", "cs_host",  "http.host"};
    return std::ranges::find(kHosts, name) != kHosts.end();
}
bool is_path(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kPaths = {
        "uri", "http.url", "cs-uri", "cs_uri", "cs-uri-stem", "http.uri", "request_uri"};
    return std::ranges::find(kPaths, name) != kPaths.end();
}

}  // namespace

std::string_view to_string(LogFormat format) {
    return kFormatNames[static_cast<std::size_t>(format)];
}

std::optional<LogFormat> parse_log_format(std::string_view name) {
    const auto found = std::ranges::find(kFormatNames, name);
    if (found == kFormatNames.end()) return std::nullopt;
    return static_cast<LogFormat>(found - kFormatNames.begin());
}

LogFields LogFields::detect(std::string_view beginning) {
    if (beginning.starts_with(kByteOrderMark)) beginning.remove_prefix(kByteOrderMark.size());
    const auto lines = lines_of(beginning);
    if (lines.empty()) return LogFields();
    if (lines.front().starts_with("#separator") || lines.front().starts_with("#fields")) {
        LogFields zeek(LogFormat::kZeek);
        for (const std::string_view line : lines) zeek.comment(line);
        return zeek;
    }
    const auto most = [&](auto is) {
        // The last line may be cut.
        const std::size_t looked = lines.size() > 1 ? lines.size() - 1 : 1;
        const auto count = std::count_if(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(looked),
                                         [&](std::string_view line) { return is(line); });
        return static_cast<std::size_t>(count) * 2 > looked;
    };
    if (most([](std::string_view line) { return line.starts_with('{'); })) return LogFields(LogFormat::kJson);
    if (most([](std::string_view line) { return !dns_fields(line).empty(); }))
        return LogFields(LogFormat::kDns);
    if (most([](std::string_view line) { return !web_fields(line).empty(); }))
        return LogFields(LogFormat::kWeb);
    if (most([](std::string_view line) { return !syslog_fields(line).empty(); }))
        return LogFields(LogFormat::kSyslog);
    // A header: three columns or more, all of them words, none of them a number.
    LogFields csv(LogFormat::kCsv);
    csv.header(lines.front());
    std::size_t column = 0;
    const std::vector<Field> header = csv.csv(lines.front());
    const bool words = std::ranges::all_of(csv.names_, [&](const std::string& name) {
        const std::size_t begin = header[column++].begin;
        const bool quoted = begin > 0 && lines.front()[begin - 1] == '"';
        return !name.empty() && name.size() <= 64 &&
               name.find_first_not_of("0123456789.:") != std::string::npos &&
               std::ranges::all_of(name, [&](char c) {
                   return (quoted && c >= ' ') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || std::string_view("._- /()").contains(c);
               });
    });
    if (csv.names_.size() >= 3 && words) return csv;
    return LogFields();
}

void LogFields::comment(std::string_view line) {
    if (format_ != LogFormat::kZeek) return;
    line = without_end(line);
    if (line.starts_with("#separator ")) {
        const std::string value = zeek_value(line.substr(11));
        if (value.size() == 1) separator_ = value[0];
    } else if (line.starts_with("#fields") && line.size() > 8) {
        names_.clear();
        for (std::string_view rest = line.substr(8);;) {
            const std::size_t end = rest.find(separator_);
            names_.emplace_back(rest.substr(0, end));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
    }
}

void LogFields::header(std::string_view line) {
    line = without_end(line);
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    names_.clear();
    const auto count = [&](char c) {
        bool quoted = false;
        std::size_t found = 0;
        for (const char each : line) {
            if (each == '"') quoted = !quoted;
            if (each == c && !quoted) ++found;
        }
        return found;
    };
    separator_ = ',';
    for (const char c : {';', '\t', '|'}) {
        if (count(c) > count(separator_)) separator_ = c;
    }
    for (const Field& field : csv(line)) {
        const std::size_t first = field.value.find_first_not_of(' ');
        const std::size_t last = field.value.find_last_not_of(' ');
        names_.push_back(first == std::string::npos ? "" : field.value.substr(first, last - first + 1));
    }
}

std::vector<Field> LogFields::fields(std::string_view line) const {
    line = without_end(line);
    if (line.starts_with(kByteOrderMark)) {
        std::vector<Field> out = fields(line.substr(kByteOrderMark.size()));
        for (Field& field : out) {
            field.begin += kByteOrderMark.size();
            field.end += kByteOrderMark.size();
        }
        return out;
    }
    switch (format_) {
        case LogFormat::kText:
            return {};
        case LogFormat::kZeek:
            return zeek(line);
        case LogFormat::kJson:
            return json_fields(line);
        case LogFormat::kWeb:
            return web_fields(line);
        case LogFormat::kDns:
            return dns_fields(line);
        case LogFormat::kSyslog:
            return syslog_fields(line);
        case LogFormat::kCsv:
            return csv(line);
    }
    return {};
}

std::vector<Field> LogFields::zeek(std::string_view line) const {
    std::vector<Field> out;
    if (line.starts_with('#')) return out;
    for (std::size_t begin = 0, i = 0; begin <= line.size() && i < names_.size(); ++i) {
        const std::size_t end = std::min(line.find(separator_, begin), line.size());
        out.push_back({names_[i], begin, end, zeek_value(line.substr(begin, end - begin))});
        begin = end + 1;
    }
    return out;
}

// RFC 4180; names that the header has not are numbers.
std::vector<Field> LogFields::csv(std::string_view line) const {
    std::vector<Field> out;
    for (std::size_t at = 0; at <= line.size();) {
        Field field;
        field.name = out.size() < names_.size() ? names_[out.size()] : std::to_string(out.size() + 1);
        if (at < line.size() && line[at] == '"') {
            field.begin = ++at;
            for (; at < line.size(); ++at) {
                if (line[at] == '"' && at + 1 < line.size() && line[at + 1] == '"') {
                    ++at;
                } else if (line[at] == '"') {
                    break;
                }
                field.value += line[at];
            }
            field.end = at;
            at = std::min(line.find(separator_, at), line.size()) + 1;
        } else {
            field.begin = at;
            field.end = std::min(line.find(separator_, at), line.size());
            field.value = line.substr(at, field.end - at);
            at = field.end + 1;
        }
        out.push_back(std::move(field));
    }
    return out;
}

std::vector<JoinedUrl> joined_urls(const std::vector<Field>& fields) {
    std::vector<JoinedUrl> out;
    const Field* host = nullptr;
    const Field* path = nullptr;
    std::string query;
    for (const Field& field : fields) {
        if (host == nullptr && is_host(field.name)) host = &field;
        if (path == nullptr && is_path(field.name)) path = &field;
        if (field.name == "cs-uri-query" && !field.value.empty() && field.value != "-")
            query = "?" + field.value;
    }
    if (host == nullptr || path == nullptr || !path->value.starts_with('/')) return out;
    for (const char* scheme : {"http://", "https://"})
        out.push_back({scheme + host->value + path->value + query, host});
    return out;
}

}  // namespace comity::intelligence::match
