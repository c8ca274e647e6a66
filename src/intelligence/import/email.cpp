#include "intelligence/import/email.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace comity::intelligence {
namespace {

// "Name: value"; nothing where the line is no field of a header.
std::optional<std::pair<std::string, std::string_view>> header_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon > 76) return std::nullopt;
    for (const char c : line.substr(0, colon)) {
        if (c <= ' ' || c > '~') return std::nullopt;
    }
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    return std::pair(lowered(line.substr(0, colon)), value);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

// RFC 2045 section 6.7; what is wrong stays as it stands. Returns whether the line goes on in the next.
bool decode_quoted(std::string_view line, std::string& out) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] != '=') {
            out.push_back(line[at]);
        } else if (at + 1 == line.size()) {
            return true;
        } else if (at + 2 < line.size() && hex_digit(line[at + 1]) >= 0 && hex_digit(line[at + 2]) >= 0) {
            out.push_back(static_cast<char>(hex_digit(line[at + 1]) << 4 | hex_digit(line[at + 2])));
            at += 2;
        } else {
            out.push_back('=');
        }
    }
    return false;
}

// Leniently: whatever is no digit is passed over.
std::string decode_base64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : text) {
        int digit = -1;
        if (c >= 'A' && c <= 'Z') digit = c - 'A';
        if (c >= 'a' && c <= 'z') digit = c - 'a' + 26;
        if (c >= '0' && c <= '9') digit = c - '0' + 52;
        if (c == '+') digit = 62;
        if (c == '/') digit = 63;
        if (digit < 0) continue;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out.push_back(static_cast<char>(bits >> have & 0xff));
        }
    }
    return out;
}

// A part's header, as far as it decides how its body is read.
struct Part {
    std::string type = "text/plain";
    std::string encoding;
    bool attached = false;
};

class Reader {
  public:
    explicit Reader(std::string_view text) : lines_(numbered_lines(text)) {}

    Email read() {
        read_header(true);
        while (at_ < lines_.size()) read_body();
        return std::move(email_);
    }

  private:
    std::string_view line() const { return lines_[at_].text; }

    // Fields up to the empty line, folded ones joined.
    void read_header(bool outermost) {
        part_ = {};
        while (at_ < lines_.size() && !line().empty()) {
            std::string whole(line());
            for (++at_; at_ < lines_.size() && (line().starts_with(' ') || line().starts_with('\t')); ++at_)
                whole += line();
            const auto field = header_field(whole);
            if (!field) continue;
            const auto& [name, value] = *field;
            const std::string low = lowered(value);
            if (name == "subject" && outermost) email_.subject = value;
            if (name == "content-type") {
                part_.type = low.substr(0, low.find_first_of("; "));
                if (const std::size_t at = low.find("boundary="); at != std::string::npos) {
                    std::string_view boundary = value.substr(at + 9);
                    boundary = boundary.starts_with('"') ? boundary.substr(1, boundary.substr(1).find('"'))
                                                         : boundary.substr(0, boundary.find_first_of("; \t"));
                    if (!boundary.empty()) boundaries_.emplace_back("--" + std::string(boundary));
                }
            }
            if (name == "content-transfer-encoding") part_.encoding = low.substr(0, low.find_first_of("; "));
            if (name == "content-disposition") part_.attached = low.starts_with("attachment");
        }
        if (at_ < lines_.size()) ++at_;
    }

    bool is_boundary() const {
        return std::ranges::any_of(boundaries_,
                                   [&](const std::string& each) { return line().starts_with(each); });
    }

    void read_body() {
        const bool text = (part_.type.starts_with("text/") || part_.type.starts_with("multipart/") ||
                           part_.type.starts_with("message/")) &&
                          !part_.attached;
        if (!text) email_.passed_over.push_back({at_ < lines_.size() ? lines_[at_].line : 0, part_.type});
        std::string coded;
        const std::size_t first = at_ < lines_.size() ? lines_[at_].line : 0;
        for (; at_ < lines_.size() && !is_boundary(); ++at_) {
            if (!text) continue;
            if (part_.encoding == "base64") {
                coded += line();
            } else if (part_.encoding == "quoted-printable") {
                NumberedLine decoded{lines_[at_].line, {}};
                while (decode_quoted(line(), decoded.text) && at_ + 1 < lines_.size()) ++at_;
                email_.lines.push_back(std::move(decoded));
            } else {
                email_.lines.push_back(lines_[at_]);
            }
        }
        if (!coded.empty()) {
            for (NumberedLine& decoded : numbered_lines(decode_base64(coded)))
                email_.lines.push_back({first, std::move(decoded.text)});
        }
        if (at_ < lines_.size()) {  // a boundary: the next part's header
            ++at_;
            read_header(false);
        }
    }

    std::vector<NumberedLine> lines_;
    std::size_t at_ = 0;
    Part part_;
    std::vector<std::string> boundaries_;
    Email email_;
};

}  // namespace

std::vector<NumberedLine> numbered_lines(std::string_view text) {
    std::vector<NumberedLine> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back({number, std::string(line)});
    }
    return lines;
}

bool is_email(std::string_view text) {
    std::size_t fields = 0;
    bool known = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) break;
        if (fields > 0 && (line.starts_with(' ') || line.starts_with('\t'))) continue;
        const auto field = header_field(line);
        if (!field) return false;
        ++fields;
        static constexpr std::string_view kKnown[] = {"received",     "from",        "subject",
                                                      "message-id",   "return-path", "mime-version",
                                                      "delivered-to", "date"};
        known = known || std::ranges::find(kKnown, field->first) != std::end(kKnown);
    }
    return known && fields >= 2;
}

Email read_email(std::string_view text) {
    return Reader(text).read();
}

}  // namespace comity::intelligence
