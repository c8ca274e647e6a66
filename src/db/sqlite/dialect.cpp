#include "db/sqlite/dialect.h"

#include "db/sql_text.h"

namespace comity::db::sqlite {

std::string translate(std::string_view sql) {
    Tokens tokens(sql);
    if (!tokens.next().is("CREATE")) return std::string(sql);
    Token token = tokens.next();
    if (token.is("TEMP") || token.is("TEMPORARY")) token = tokens.next();
    if (!token.is("TABLE")) return std::string(sql);

    Token last = token;
    for (token = tokens.next(); token.kind != Token::Kind::kEnd && !token.is(';'); token = tokens.next())
        last = token;
    const auto end = static_cast<std::size_t>(last.text.data() + last.text.size() - sql.data());
    const bool with_options = last.is("ROWID");
    return std::string(sql.substr(0, end)) + (with_options ? ", STRICT" : " STRICT");
}

}  // namespace comity::db::sqlite
