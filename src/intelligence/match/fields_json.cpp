// The texts and numbers of a line of JSON, with the place of each. Stops where the line is no JSON any more,
// and keeps what it had.
#include <algorithm>

#include "intelligence/match/fields.h"
#include "json/value.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxFields = 4096;

class Reader {
  public:
    explicit Reader(std::string_view line) : line_(line) {}

    std::vector<Field> read() {
        value("", 0);
        return std::move(out_);
    }

  private:
    void blanks() {
        while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
    }
    bool take(char c) {
        blanks();
        if (at_ >= line_.size() || line_[at_] != c) return false;
        ++at_;
        return true;
    }

    // A text's place between its quotes; false where it has no end.
    bool quoted(std::size_t& begin, std::size_t& end) {
        if (!take('"')) return false;
        begin = at_;
        while (at_ < line_.size() && line_[at_] != '"') at_ += line_[at_] == '\\' ? 2 : 1;
        if (at_ >= line_.size()) return false;
        end = at_++;
        return true;
    }

    std::string meant(std::size_t begin, std::size_t end) const {
        const std::string_view text = line_.substr(begin, end - begin);
        if (!text.contains('\\')) return std::string(text);
        const auto read = json::parse(line_.substr(begin - 1, end - begin + 2));
        return read && read->is_string() ? std::string(read->get_string()) : std::string(text);
    }

    bool value(const std::string& name, std::size_t depth) {
        blanks();
        if (at_ >= line_.size() || depth > kMaxDepth || out_.size() >= kMaxFields) return false;
        if (line_[at_] == '{') return object(name, depth);
        if (line_[at_] == '[') return array(name, depth);
        std::size_t begin = at_, end = at_;
        if (line_[at_] == '"') {
            if (!quoted(begin, end)) return false;
            out_.push_back({name, begin, end, meant(begin, end)});
            return true;
        }
        while (end < line_.size() && line_[end] != ',' && line_[end] != '}' && line_[end] != ']') ++end;
        at_ = end;
        out_.push_back({name, begin, end, std::string(line_.substr(begin, end - begin))});
        return end > begin;
    }

    bool object(const std::string& name, std::size_t depth) {
        ++at_;
        if (take('}')) return true;
        do {
            std::size_t begin = 0, end = 0;
            blanks();
            if (!quoted(begin, end) || !take(':')) return false;
            const std::string key = meant(begin, end);
            if (!value(name.empty() ? key : name + "." + key, depth + 1)) return false;
        } while (take(','));
        return take('}');
    }

    bool array(const std::string& name, std::size_t depth) {
        ++at_;
        if (take(']')) return true;
        std::size_t i = 0;
        do {
            if (!value(name + "[" + std::to_string(i++) + "]", depth + 1)) return false;
        } while (take(','));
        return take(']');
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::vector<Field> out_;
};

}  // namespace

std::vector<Field> json_fields(std::string_view line) {
    return Reader(line).read();
}

}  // namespace comity::intelligence::match
