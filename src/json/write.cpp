#include <array>
#include <charconv>
#include <cmath>

#include "json/text.h"
#include "json/value.h"

namespace comity::json {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

template <typename Number>
void append_number(std::string& out, Number n) {
    std::array<char, 32> buffer;
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), n);
    out.append(buffer.data(), end);
}

void append_double(std::string& out, double n) {
    if (!std::isfinite(n)) {
        out += "null";
        return;
    }
    const std::size_t start = out.size();
    append_number(out, n);
    if (out.find_first_of(".e", start) == std::string::npos)
        out += ".0";  // or it would read back as an integer
}

class Writer {
  public:
    Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

    void put(const Value& value) {
        switch (value.kind()) {
            case boost::json::kind::null:
                out_ += "null";
                break;
            case boost::json::kind::bool_:
                out_ += value.get_bool() ? "true" : "false";
                break;
            case boost::json::kind::int64:
                append_number(out_, value.get_int64());
                break;
            case boost::json::kind::uint64:
                append_number(out_, value.get_uint64());
                break;
            case boost::json::kind::double_:
                append_double(out_, value.get_double());
                break;
            case boost::json::kind::string:
                append_text(out_, value.get_string());
                break;
            case boost::json::kind::array:
                put(value.get_array());
                break;
            case boost::json::kind::object:
                put(value.get_object());
                break;
        }
    }

  private:
    void put(const Array& array) {
        out_ += '[';
        ++depth_;
        bool first = true;
        for (const Value& element : array) {
            begin_item(first);
            put(element);
        }
        end_items(first);
        out_ += ']';
    }
    void put(const Object& object) {
        out_ += '{';
        ++depth_;
        bool first = true;
        for (const auto& member : object) {
            begin_item(first);
            append_text(out_, member.key());
            out_ += pretty_ ? ": " : ":";
            put(member.value());
        }
        end_items(first);
        out_ += '}';
    }
    void begin_item(bool& first) {
        if (!first) out_ += ',';
        first = false;
        new_line();
    }
    void end_items(bool none) {
        --depth_;
        if (!none) new_line();
    }
    void new_line() {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    std::string& out_;
    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

void append_text(std::string& out, std::string_view text) {
    out += '"';
    std::size_t run = 0;  // start of what needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, run, i - run);
        run = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += kHexDigits[c >> 4];
                out += kHexDigits[c & 15];
        }
    }
    out.append(text, run);
    out += '"';
}

std::string write(const Value& value) {
    std::string out;
    Writer(out, false).put(value);
    return out;
}

std::string write_pretty(const Value& value) {
    std::string out;
    Writer(out, true).put(value);
    out += '\n';
    return out;
}

}  // namespace comity::json
