#include "db/sql_text.h"

#include <algorithm>

namespace comity::db {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

bool Token::is(std::string_view word) const {
    return kind == Kind::kWord && std::ranges::equal(text, word, {}, upper);
}

void Tokens::skip_space() {
    for (;;) {
        if (!rest_.empty() && is_space(rest_[0])) {
            rest_.remove_prefix(1);
        } else if (rest_.starts_with("--")) {
            rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        } else if (rest_.starts_with("/*")) {
            const std::size_t end = rest_.find("*/", 2);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        } else {
            return;
        }
    }
}

Token Tokens::take(Token::Kind kind, std::size_t size) {
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(text.size());
    return {kind, text};
}

Token Tokens::next() {
    skip_space();
    if (rest_.empty()) return {Token::Kind::kEnd, rest_};
    const char first = rest_[0];
    if (first == '\'' || first == '"') {
        // A quote inside is written twice: two quoted parts that touch, and reading them as two changes
        // nothing here, but a token must be whole.
        std::size_t end = 1;
        while (end < rest_.size()) {
            if (rest_[end] != first) {
                ++end;
            } else if (end + 1 < rest_.size() && rest_[end + 1] == first) {
                end += 2;
            } else {
                break;
            }
        }
        return take(first == '"' ? Token::Kind::kQuoted : Token::Kind::kText, end + 1);
    }
    if (!is_word(first)) return take(Token::Kind::kSymbol, 1);
    const auto end = std::ranges::find_if_not(rest_, is_word);
    return take(Token::Kind::kWord, static_cast<std::size_t>(end - rest_.begin()));
}

std::vector<std::string_view> split_statements(std::string_view script) {
    std::vector<std::string_view> statements;
    Tokens tokens(script);
    const char* start = nullptr;  // of the statement being read
    for (;;) {
        const Token token = tokens.next();
        const bool ends = token.kind == Token::Kind::kEnd || token.is(';');
        if (ends && start != nullptr) {
            statements.emplace_back(start, static_cast<std::size_t>(token.text.data() - start));
            start = nullptr;
        } else if (!ends && start == nullptr) {
            start = token.text.data();
        }
        if (token.kind == Token::Kind::kEnd) return statements;
    }
}

}  // namespace comity::db
