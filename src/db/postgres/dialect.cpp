#include "db/postgres/dialect.h"

#include <vector>

#include "db/sql_text.h"

namespace comity::db::postgres {
namespace {

std::string_view type_for(const Token& word, bool column) {
    if (word.is("INTEGER")) return "BIGINT";
    if (word.is("BLOB")) return "BYTEA";
    if (word.is("REAL")) return "DOUBLE PRECISION";
    if (word.is("TEXT")) return column ? "TEXT COLLATE \"C\"" : "TEXT";
    return word.text;
}

enum class Kind { kCreateTable, kAlterTable, kOther };

Kind kind_of(std::string_view sql) {
    Tokens tokens(sql);
    const Token first = tokens.next();
    Token second = tokens.next();
    if (first.is("ALTER") && second.is("TABLE")) return Kind::kAlterTable;
    if (second.is("TEMP") || second.is("TEMPORARY")) second = tokens.next();
    return first.is("CREATE") && second.is("TABLE") ? Kind::kCreateTable : Kind::kOther;
}

// Knows of each token, one after the other, whether it stands where a type does.
class Places {
  public:
    explicit Places(Kind kind) : kind_(kind) {}

    enum class Place { kElsewhere, kColumnType, kCastType, kAfterColumns };
    Place next(const Token& token) {
        if (closed_) return Place::kAfterColumns;
        Place place = Place::kElsewhere;
        if (kind_ == Kind::kCreateTable && casts_.size() == 1 && in_item_ == 1) place = Place::kColumnType;
        if (kind_ == Kind::kAlterTable && casts_.empty() && after_add_ == 2) place = Place::kColumnType;
        if (!casts_.empty() && casts_.back() && last_.is("AS")) place = Place::kCastType;

        ++in_item_;
        if (token.is("ADD")) {
            after_add_ = 1;
        } else if (after_add_ > 0 && !token.is("COLUMN")) {
            ++after_add_;
        }
        if (token.is('(')) {
            casts_.push_back(last_.is("CAST"));
            if (casts_.size() == 1) in_item_ = 0;
        } else if (token.is(')') && !casts_.empty()) {
            casts_.pop_back();
            closed_ = kind_ == Kind::kCreateTable && casts_.empty();
        } else if (token.is(',') && casts_.size() <= 1) {
            in_item_ = 0;
        }
        last_ = token;
        return place;
    }

  private:
    const Kind kind_;
    std::vector<bool> casts_;  // for each open parenthesis, whether it is CAST's
    int in_item_ = 0;          // tokens seen of this column or constraint
    int after_add_ = 0;        // 1: ADD [COLUMN] was seen, 2: the column's name too
    bool closed_ = false;
    Token last_;
};

}  // namespace

std::string translate(std::string_view sql) {
    Places places(kind_of(sql));
    Tokens tokens(sql);
    std::string out;
    const char* copied = sql.data();  // as far as this
    for (;;) {
        const Token token = tokens.next();
        const char* start = token.text.data();
        if (token.kind == Token::Kind::kEnd) {
            out.append(copied, sql.data() + sql.size());
            return out;
        }
        using enum Places::Place;
        const Places::Place place = places.next(token);
        if (place == kAfterColumns) {
            out.append(copied, start);
            return out;
        }
        if (token.kind != Token::Kind::kWord || (place != kColumnType && place != kCastType)) continue;
        out.append(copied, start);
        out += type_for(token, place == kColumnType);
        copied = start + token.text.size();
    }
}

}  // namespace comity::db::postgres
