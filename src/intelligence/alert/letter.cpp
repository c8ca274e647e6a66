#include "intelligence/alert/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/mail_seal.h"
#include "intelligence/alert/alert.h"
#include "intelligence/alert/reminder.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kWordBytes = 42;  // of an encoded word: 75 characters at the most (RFC 2047 section 2)
constexpr std::size_t kLineOfBase64 = 76;
constexpr std::int64_t kLetterDay = 86'400;

// Bytes that never break a character.
std::size_t whole_characters(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text.size();
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return end > 0 ? end : most;
}

// As encoded words wherever it is not plain ASCII (RFC 2047).
std::string header_text(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (plain && !text.contains("=?")) return std::string(text);
    std::string out;
    while (!text.empty()) {
        const std::size_t size = whole_characters(text, kWordBytes);
        std::string word(text.substr(0, size));
        for (char& c : word) {
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
        }
        out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : "\r\n ", base64_encode(as_bytes(word)));
        text.remove_prefix(size);
    }
    return out;
}

// "Mon, 30 Nov 2026 13:53:00 +0000" (RFC 5322 section 3.3).
std::string mail_date(Time time) {
    constexpr std::array<std::string_view, 7> kDays = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string text = format_time_millis(time);  // 2026-11-30T13:53:00.000Z
    const std::int64_t days = time.seconds() / kLetterDay;
    const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + (text[6] - '0') - 1);
    return fmt::format("{}, {} {} {} {} +0000", kDays[static_cast<std::size_t>(((days % 7) + 7) % 7)],
                       text.substr(8, 2), kMonths[month], text.substr(0, 4), text.substr(11, 8));
}

std::string disarmed_value(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '.')
            out += "[.]";
        else if (c == '@')
            out += "[@]";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    const std::size_t scheme = out.find("://");
    if (scheme != std::string::npos) out.replace(scheme, 3, "[://]");
    return out;
}

// Controls, and what turns a line's direction or ends it: one cannot see them, and they make a text say what
// it does not. Of UTF-8.
bool is_unseen(std::string_view character) {
    if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7f;
    constexpr std::string_view kUnseen[] = {"\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028",
                                            "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                                            "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"};
    const bool c1 =
        character.size() == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
    return c1 || std::ranges::find(kUnseen, character) != std::end(kUnseen);
}

std::size_t character_at(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
    return size;
}

// A line that somebody wrote, with nothing in it that a mail program makes a link of: what stands within a
// word is disarmed as values are, "evil[.]com", "http[://]".
std::string line_text(std::string_view text) {
    std::string plain;
    for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
        size = character_at(text);
        plain += is_unseen(text.substr(0, size)) ? " " : text.substr(0, size);
    }
    const auto in_word = [&](std::size_t at) {
        return at < plain.size() && !std::string_view(" .,;!?()[]{}<>\"'").contains(plain[at]);
    };
    std::string out;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const bool inside = i > 0 && in_word(i - 1) && in_word(i + 1);
        if (std::string_view(plain).substr(i).starts_with("://")) {
            out += "[://]";
            i += 2;
        } else if (inside && (plain[i] == '.' || plain[i] == '@')) {
            out += plain[i] == '.' ? "[.]" : "[@]";
        } else {
            out += plain[i];
        }
    }
    return out;
}

std::string letter_body(const AlertBody& alert, std::string_view id, std::string_view author) {
    std::string out;
    if (alert.drill) out += "This is a drill: nothing has happened. Please acknowledge it.\n\n";
    out += line_text(alert.title) + "\n\n";
    out += fmt::format("Severity: {}\nFrom: {}\n", to_string(alert.severity), author);
    if (!alert.rule.empty()) out += fmt::format("Rule: {}\n", alert.rule);
    if (alert.acknowledge_by)
        out += fmt::format("Acknowledge by: {}Z\n", format_time_millis(*alert.acknowledge_by).substr(0, 19));
    if (!alert.measures.empty()) out += "\nWhat to do:\n";
    for (const std::string& measure : alert.measures) out += fmt::format("  - {}\n", line_text(measure));
    if (!alert.evidence.empty()) out += "\nWhat it rests on:\n";
    for (const AlertEvidence& evidence : alert.evidence) {
        out += fmt::format("  statement {}\n", evidence.statement.hex());
        for (const std::string& value : evidence.values)
            out += fmt::format("    {}\n", disarmed_value(value));
        for (const std::string& object : evidence.objects) out += fmt::format("    {}\n", object);
    }
    if (alert.more > 0) out += fmt::format("  and {} more objects\n", alert.more);
    return out + fmt::format("\ncomity alert show {0}\ncomity alert acknowledge {0}\n", id);
}

// What the letter is about, as its head and its text have it.
struct LetterContent {
    std::string kind;  // "high", "DRILL", "reminder"
    std::string title;
    std::string sealed_title;  // where the letter is encrypted
    std::string text;
};

Result<LetterContent> content_of(json::Fields& fields, std::string_view type, std::string_view id,
                                 std::string_view author) {
    if (type == kReminderLetter) {
        const json::Value* form = fields.any("reminder");
        if (form == nullptr) return invalid("letter.reminder", "is missing");
        COMITY_TRY(const Reminder reminder, parse_reminder(*form, author));
        return LetterContent{"reminder", reminder_title(reminder), "Something waits, encrypted",
                             reminder_text(reminder)};
    }
    const json::Value* form = fields.any("alert");
    if (form == nullptr) return invalid("letter.alert", "is missing");
    COMITY_TRY(const AlertBody alert, parse_alert(*form));
    return LetterContent{alert.drill ? "DRILL" : std::string(to_string(alert.severity)),
                         line_text(alert.title), "An alert, encrypted", letter_body(alert, id, author)};
}

}  // namespace

Result<std::string> letter_message(std::string_view payload, const LetterHead& head) {
    COMITY_TRY(const json::Value letter, json::parse(payload));
    COMITY_TRY(json::Fields fields, json::Fields::of(letter, "letter"));
    COMITY_TRY(const std::string id, fields.text("id", 64, 64));
    COMITY_TRY(const std::string author, fields.text("author", 1, 64));
    COMITY_TRY(const std::string issued, fields.text("issued", 1, 40));
    COMITY_TRY(const Time time, parse_time(issued));
    COMITY_TRY(const std::string type, fields.text("type", 1, 40));
    COMITY_TRY(const LetterContent content, content_of(fields, type, id, author));
    const std::string host(head.origin.substr(0, head.origin.find('/')));
    std::string out = fmt::format("Date: {}\r\nFrom: <{}>\r\n", mail_date(time), head.from);
    for (std::size_t i = 0; i < head.to.size(); ++i)
        out += fmt::format("{}<{}>{}", i == 0 ? "To: " : " ", head.to[i],
                           i + 1 < head.to.size() ? ",\r\n" : "\r\n");
    const bool sealed = !head.certificates.empty();
    out += fmt::format(
        "Subject: {}\r\n",
        header_text(fmt::format("[{}] {}", content.kind, sealed ? content.sealed_title : content.title)));
    out += fmt::format("Message-ID: <{}@{}>\r\n", id, host);
    // Nothing that answers by itself is to answer this (RFC 3834).
    out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    std::string entity =
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string body = base64_encode(as_bytes(content.text));
    for (std::size_t at = 0; at < body.size(); at += kLineOfBase64)
        entity += body.substr(at, kLineOfBase64) + "\r\n";
    if (sealed) {
        COMITY_TRY(entity, crypto::seal_mail(entity, head.certificates, head.to, head.now));
    }
    return out + entity;
}

}  // namespace comity::intelligence
