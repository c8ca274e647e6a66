#include "intelligence/import/free_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "intelligence/import/email.h"
#include "intelligence/import/spelling.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxWords = 1'000'000;
constexpr std::size_t kMaxWordShown = 120;

// Last labels that in a text are rather a file's extension than a top-level domain, unless the name is
// disarmed.
constexpr std::array<std::string_view, 72> kExtensions = {
    "ai",   "apk",  "app", "asp", "aspx", "bat",  "bin", "bz",   "cc",   "cfg",  "cgi",  "cmd",
    "conf", "cpl",  "css", "csv", "dat",  "dll",  "doc", "docm", "docx", "dotm", "elf",  "eml",
    "exe",  "gif",  "gz",  "hta", "htm",  "html", "ico", "img",  "inf",  "ini",  "iso",  "jar",
    "java", "jpeg", "jpg", "js",  "jse",  "json", "lnk", "log",  "md",   "mov",  "msi",  "ocx",
    "odt",  "one",  "pdf", "php", "pl",   "png",  "ppt", "pptx", "ps",   "py",   "rar",  "rs",
    "rtf",  "scr",  "sh",  "so",  "sys",  "tar",  "tmp", "txt",  "vbs",  "xls",  "xlsx", "zip"};
// Top-level domains that people write in plain: those of countries (two letters, but the file extensions
// above) and the generic ones that are common. Whatever else is meant must be disarmed, or stand in a list.
constexpr std::array<std::string_view, 62> kGeneric = {
    "academy", "aero",   "agency", "app",     "asia",     "bank",    "best",    "bid",  "biz",
    "blog",    "buzz",   "cam",    "center",  "cfd",      "click",   "club",    "com",  "coop",
    "cyou",    "date",   "dev",    "digital", "download", "edu",     "email",   "fun",  "global",
    "gov",     "group",  "help",   "host",    "icu",      "info",    "int",     "jobs", "life",
    "link",    "live",   "loan",   "mil",     "mobi",     "monster", "museum",  "name", "net",
    "network", "online", "org",    "page",    "post",     "pro",     "rest",    "sbs",  "shop",
    "site",    "space",  "store",  "support", "tech",     "top",     "website", "xyz"};

bool has(const auto& list, std::string_view word) {
    return std::ranges::find(list, word) != std::end(list);
}

std::string_view last_label(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool is_name(IndicatorKind kind) {
    return kind == IndicatorKind::kDomain || kind == IndicatorKind::kUrl || kind == IndicatorKind::kEmail;
}

// Why a name that is not disarmed is rather none; empty: it is one.
std::string doubt_of(const Indicator& indicator) {
    if (indicator.kind != IndicatorKind::kDomain) return {};
    const std::string_view last = last_label(indicator.value);
    if (has(kExtensions, last)) return fmt::format("may be a file's name: .{}", last);
    const bool country = last.size() == 2 && static_cast<unsigned char>(last.front()) < 0x80;
    if (country || has(kGeneric, last) || last.starts_with("xn--")) return {};
    return fmt::format("may be no domain: .{} is rare", last);
}

// 198.51.100.7:8080, evil.example.net:443: what stands before the port, and the port.
std::pair<std::string_view, std::string_view> without_port(std::string_view word) {
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos || word.find("://") != std::string_view::npos ||
        word.find(':') != colon)
        return {word, {}};
    const std::string_view port = word.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos)
        return {word, {}};
    return {word.substr(0, colon), port};
}

struct Found {
    std::size_t line = 0;
    Word word;
    Indicator indicator;
    std::string port;
};

class TextReader {
  public:
    explicit TextReader(const TextOptions& options) : options_(options) { out_.kind = InputKind::kText; }

    Result<Understanding> read(std::string_view text) {
        std::vector<NumberedLine> lines;
        if (is_email(text)) {
            Email email = read_email(text);
            lines = std::move(email.lines);
            out_.not_taken.push_back({1, "(header)", "an e-mail's header names those who sent it on"});
            out_.title = shown(plain_letters(email.subject), 197);
            for (const NumberedLine& part : email.passed_over)
                out_.not_taken.push_back({part.line, part.text, "a part of the e-mail that is no text"});
        } else {
            lines = numbered_lines(text);
        }
        for (const NumberedLine& line : lines) COMITY_CHECK(read_line(line));
        const bool disarmed =
            std::ranges::any_of(found_, [](const Found& each) { return each.word.disarmed; });
        for (Found& each : found_) settle(each, disarmed);
        order_by_line(out_.not_taken);
        return std::move(out_);
    }

  private:
    // What is of one line stays in its order.
    static void order_by_line(std::vector<Understanding::Left>& list) {
        std::multimap<std::size_t, Understanding::Left> by_line;
        for (Understanding::Left& each : list) by_line.emplace(each.line, std::move(each));
        list.clear();
        for (auto& [line, each] : by_line) list.push_back(std::move(each));
    }

    Result<void> read_line(const NumberedLine& line) {
        for (Word& word : read_words(line.text)) {
            if (++words_ > kMaxWords)
                return too_large(fmt::format("line {}", line.line),
                                 fmt::format("the text has more than {} words to look at", kMaxWords),
                                 "share it in parts");
            const auto [text, port] = without_port(word.text);
            auto indicator = classify(text);
            if (indicator) {
                found_.push_back({line.line, word, *std::move(indicator), std::string(port)});
            } else if (indicator.error().kind == ErrorKind::kRefused || word.disarmed ||
                       word.text.find("://") != std::string::npos) {
                // Words that look like nothing are no errors; what somebody took the pain to disarm is.
                auto& left = indicator.error().kind == ErrorKind::kRefused ? out_.not_taken : out_.errors;
                left.push_back({line.line, shown(word.text, kMaxWordShown), indicator.error().message()});
            }
        }
        return {};
    }

    void settle(Found& each, bool disarmed) {
        const auto leave = [&](std::string why) {
            if (left_.insert(each.indicator).second)
                out_.not_taken.push_back({each.line, shown(each.word.text, kMaxWordShown), std::move(why)});
        };
        if (!each.word.disarmed && is_name(each.indicator.kind)) {
            if (std::string doubt = doubt_of(each.indicator); !doubt.empty())
                return leave(doubt + ": write [.] for its dots, or give a list");
            if (disarmed && !options_.plain)
                return leave("is not disarmed, as others in this text are: --plain takes it");
        }
        if (!seen_.insert(each.indicator).second) {
            ++out_.repeated;
            return;
        }
        Understanding::Entry entry{each.line, {}};
        entry.described.indicator = std::move(each.indicator);
        if (!each.port.empty()) entry.described.description = "Seen with port " + each.port;
        out_.entries.push_back(std::move(entry));
    }

    const TextOptions options_;
    Understanding out_;
    std::vector<Found> found_;
    std::set<Indicator> seen_;
    std::set<Indicator> left_;
    std::size_t words_ = 0;
};

}  // namespace

Result<Understanding> read_text(std::string_view text, const TextOptions& options) {
    if (text.starts_with("%PDF-"))
        return invalid({}, "is a PDF, and not its text",
                       "take that out first: pdftotext FILE - | comity share -");
    return TextReader(options).read(text);
}

}  // namespace comity::intelligence
