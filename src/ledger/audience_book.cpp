#include "ledger/audience_book.h"

#include <memory>
#include <shared_mutex>

#include "ledger/access.h"

namespace comity::ledger {

Result<AudienceId> AudienceBook::id(db::Transaction& tx, std::string_view author, const Audience& audience) {
    const bool whoever = audience.label == Tlp::kClear || audience.label == Tlp::kGreen;
    std::pair<std::string, Audience> key(whoever ? std::string_view() : author, audience);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
    const std::string text = json::write(audience_json(audience));
    COMITY_TRY(std::optional<std::int64_t> number,
               tx.integer("SELECT n FROM audiences WHERE author = $1 AND audience = $2", {key.first, text}));
    if (!number) {
        COMITY_TRY(const std::optional<std::int64_t> last, tx.integer("SELECT MAX(n) FROM audiences"));
        number = last.value_or(0) + 1;
        COMITY_CHECK(tx.run("INSERT INTO audiences(n, author, audience) VALUES($1, $2, $3)", *number,
                            key.first, text));
    }
    known_.emplace(std::move(key), *number);
    return *number;
}

namespace {

// Audiences by their text, parsed once a process: every request asks about all of them, and what a text means
// never changes.
class ParsedAudiences {
  public:
    // Null where it is none. Thread-safe.
    std::shared_ptr<const Audience> of(std::string_view text) {
        {
            const std::shared_lock lock(mutex_);
            if (const auto it = known_.find(text); it != known_.end()) return it->second;
        }
        const auto value = json::parse(text);
        auto audience = value ? parse_audience(*value, "audiences") : std::unexpected(value.error());
        if (!audience) return nullptr;
        const std::unique_lock lock(mutex_);
        if (known_.size() >= kMost) known_.clear();
        return known_.emplace(text, std::make_shared<const Audience>(*std::move(audience))).first->second;
    }

  private:
    static constexpr std::size_t kMost = 10'000;
    std::shared_mutex mutex_;  // guards known_
    std::map<std::string, std::shared_ptr<const Audience>, std::less<>> known_;
};

ParsedAudiences& parsed_audiences() {
    static ParsedAudiences all;
    return all;
}

}  // namespace

Result<Readable> readable_by(db::Session& session, const Viewer& viewer) {
    Readable readable;
    Result<void> parsed;
    COMITY_CHECK(
        session.each("SELECT n, author, audience FROM audiences ORDER BY n", {}, [&](const db::Row& row) {
            const auto number = static_cast<std::size_t>(row.integer(0));
            const auto audience = parsed_audiences().of(row.text(2));
            if (!audience) {
                parsed = corrupt("audiences", "row " + std::to_string(number) + " is no audience",
                                 "restore a backup");
                return false;
            }
            if (readable.allowed_.size() <= number) readable.allowed_.resize(number + 1);
            readable.allowed_[number] = may_read(viewer, *audience, row.text(1));
            return true;
        }));
    COMITY_CHECK(parsed);
    return readable;
}

}  // namespace comity::ledger
