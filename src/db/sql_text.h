// SQL as words, as far as the engines need it to split scripts and to translate table definitions.
#pragma once

#include <string_view>
#include <vector>

namespace comity::db {

struct Token {
    enum class Kind {
        kWord,    // select, t1, $1
        kQuoted,  // "name"
        kText,    // 'text'
        kSymbol,  // any other character, one at a time
        kEnd,
    };
    Kind kind = Kind::kEnd;
    std::string_view text;  // a part of the SQL

    // Whether it is this key word (given in capitals), in whatever case it is written.
    bool is(std::string_view word) const;
    bool is(char symbol) const { return kind == Kind::kSymbol && text[0] == symbol; }
};

// Reads token by token; white space and comments (-- and /* */) lie between them.
class Tokens {
  public:
    explicit Tokens(std::string_view sql) : rest_(sql) {}
    Token next();

  private:
    void skip_space();
    Token take(Token::Kind kind, std::size_t size);

    std::string_view rest_;
};

// A script's statements, without their semicolons and without empty ones. The views are parts of the script.
std::vector<std::string_view> split_statements(std::string_view script);

}  // namespace comity::db
