#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "json/value.h"

namespace comity::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1) / 2;
constexpr std::size_t kFirstMembers = 4;
constexpr std::size_t kShownKey = 40;  // bytes of a key that an error message repeats

// Builds the value as the parser reports its parts. An open container is never touched while one inside it is
// open, so pointers to the open ones, and to the place of an object's next value, stay true without copying a
// key.
class Builder {
  public:
    // NOLINTBEGIN(readability-identifier-naming): the names that boost::json::basic_parser asks for
    static constexpr std::size_t max_object_size = kNoLimit;
    static constexpr std::size_t max_array_size = kNoLimit;
    static constexpr std::size_t max_key_size = kNoLimit;
    static constexpr std::size_t max_string_size = kNoLimit;
    // NOLINTEND(readability-identifier-naming)

    Value root;
    std::string fault;  // what a callback objected to; empty where the parser itself did

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code&) { return open(Object()); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code&) { return open(Array()); }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    bool on_key_part(string_view part, std::size_t, error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(string_view rest, std::size_t, error_code& ec) {
        string_view key = rest;
        if (!text_.empty()) {
            text_.append(rest.data(), rest.size());
            key = text_;
        }
        Object& object = open_.back()->get_object();
        // By itself it would grow to 1, 2, 3, 4, 6 and 9 members, and move them each time.
        if (object.size() == object.capacity()) object.reserve(std::max(kFirstMembers, 2 * object.size()));
        const auto [place, is_new] = object.emplace(key, nullptr);
        if (!is_new) return object_to("the key " + shown(key) + " stands twice in one object", ec);
        member_ = &place->value();
        text_.clear();
        return true;
    }

    bool on_string_part(string_view part, std::size_t, error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(string_view rest, std::size_t, error_code&) {
        if (text_.empty()) {
            put(rest);
        } else {
            text_.append(rest.data(), rest.size());
            put(string_view(text_));
            text_.clear();
        }
        return true;
    }

    bool on_number_part(string_view, error_code&) { return true; }  // the whole text comes with the last call
    bool on_int64(std::int64_t n, string_view, error_code&) { return put(n), true; }
    bool on_uint64(std::uint64_t n, string_view, error_code&) { return put(n), true; }
    bool on_double(double rough, string_view text, error_code& ec) {
        if (text.find_first_of(".eE") == string_view::npos) {
            return object_to("the integer is out of range (64 bits)", ec);
        }
        double n = 0;  // Boost 1.81 does not round to the nearest; the standard library does
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (code == std::errc::result_out_of_range && std::abs(rough) < 1) {  // below the range: zero
            n = text.front() == '-' ? -0.0 : 0.0;
        } else if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(n)) {
            return object_to("the number is out of range", ec);
        }
        return put(n), true;
    }
    bool on_bool(bool b, error_code&) { return put(b), true; }
    bool on_null(error_code&) { return put(nullptr), true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

  private:
    template <typename T>
    Value& put(T&& thing) {
        if (open_.empty()) return root = Value(std::forward<T>(thing));
        Value& top = *open_.back();
        if (top.is_array()) return top.get_array().emplace_back(std::forward<T>(thing));
        return *member_ = Value(std::forward<T>(thing));
    }
    template <typename T>
    bool open(T container) {
        open_.push_back(&put(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool object_to(std::string what, error_code& ec) {
        fault = std::move(what);
        ec = boost::json::error::syntax;
        return false;
    }

    static std::string shown(string_view key) {
        std::size_t size = std::min<std::size_t>(key.size(), kShownKey);
        while (size < key.size() && size > 0 && (static_cast<unsigned char>(key[size]) & 0xc0) == 0x80)
            --size;
        std::string out = write(Value(key.substr(0, size)));
        if (size < key.size()) out.insert(out.size() - 1, "...");
        return out;
    }

    std::vector<Value*> open_;
    Value* member_ = nullptr;
    std::string text_;  // the parts of a key or string so far
};

std::string_view explain(boost::json::error code) {
    using boost::json::error;
    switch (code) {
        case error::incomplete:
            return "the text ends too early";
        case error::extra_data:
            return "something follows the value";
        case error::too_deep:
            return "too many arrays and objects inside each other";
        case error::exponent_overflow:
            return "the number is out of range";
        case error::illegal_leading_surrogate:
        case error::illegal_trailing_surrogate:
        case error::expected_utf16_escape:
            return "half of a surrogate pair";
        case error::expected_hex_digit:
            return "\\u needs four hexadecimal digits";
        default:
            return "unexpected character";
    }
}

// Columns count characters, as editors do, from 1.
std::string place(std::string_view text, std::size_t offset) {
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++line;
            column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
            ++column;
        }
    }
    return "line " + std::to_string(line) + " column " + std::to_string(column);
}

}  // namespace

Result<Value> parse(std::string_view text, std::size_t max_depth) {
    try {
        boost::json::parse_options options;
        options.max_depth = max_depth;
        boost::json::basic_parser<Builder> parser(options);
        error_code ec;
        const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
        if (!ec && used < text.size()) ec = boost::json::error::extra_data;
        if (!ec) return std::move(parser.handler().root);
        std::string fault = std::move(parser.handler().fault);
        if (fault.empty()) fault = explain(static_cast<boost::json::error>(ec.value()));
        return invalid(place(text, used), std::move(fault));
    } catch (const std::bad_alloc&) {
        return too_large("JSON", "memory is short");
    } catch (const std::exception& e) {
        return invalid("JSON", e.what());
    }
}

}  // namespace comity::json
