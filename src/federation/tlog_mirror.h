// A mirror as C2SP tlog-mirror has it: keeps a copy of the logs that the policy names, whoever's they are,
// that their clients push to it, serves it as tiles, and cosigns a checkpoint once all its entries are
// durably here. Its pending checkpoint is what this node's witness has cosigned last: add-checkpoint is the
// witness' own (same submission prefix), add-entries is here, and the mirror's key is one of its own.
//
// The copy is of entries alone, of any bytes: what is in them is nobody's business here. It is not the mirror
// that takes statements into views (follow.h). Each package of entries is verified against the pending
// checkpoint before it is kept; a request's packages and what follows are one transaction. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/key_text.h"
#include "db/database.h"
#include "log/policy.h"
#include "log/tile.h"

namespace comity::federation {

inline constexpr std::size_t kMirrorPackages = 32;           // in one request that a client of ours sends
inline constexpr std::size_t kMaxMirrorUpload = 64u << 20;   // bytes of one request, unpacked
inline constexpr std::size_t kMaxMirrorExcess = 32u * 256u;  // entries sent that are here already

class TlogMirror {
  public:
    struct Answer {
        int status = 200;
        std::string body;  // 200: signature lines; 202, 409: size, next entry, ticket; else words for people
        std::string_view content_type() const {
            return status == 202 || status == 409 ? "text/x.tlog.mirror-info" : "text/plain; charset=utf-8";
        }
    };

    // Migrates the tables, after the witness'. The key must be one for cosignatures.
    static Result<std::unique_ptr<TlogMirror>> open(db::Database& database, crypto::NamedSecret key,
                                                    const log::Policy& policy, Clock& clock = system_clock());

    // Errors are the store's alone.
    Result<Answer> add_entries(std::string_view body);
    // Of the log whose origin has this SHA-256, with this mirror's cosignature; kNotFound where it has none.
    Result<std::string> checkpoint(const Digest& origin);
    Result<Bytes> tile(const Digest& origin, const log::TilePath& path);  // as that checkpoint has them

    crypto::NamedKey key() const { return key_.public_part(); }

  private:
    TlogMirror(db::Database& database, crypto::NamedSecret key, const log::Policy& policy, Clock& clock);

    db::Database& database_;
    const crypto::NamedSecret key_;
    const log::Policy policy_;
    Clock& clock_;
};

// What a client sends: the head of add-entries, without packages.
std::string mirror_upload_head(std::string_view origin, std::uint64_t start, std::uint64_t end,
                               std::string_view ticket);
// What a 202 or 409 says. kInvalid.
struct MirrorInfo {
    std::uint64_t size = 0;
    std::uint64_t next = 0;
    std::string ticket;
    static Result<MirrorInfo> parse(std::string_view body);
    std::string write() const;
};

}  // namespace comity::federation
