// Where a mirror reads from: another node over the line (http_source.h) or a file on a stick
// (carry_file.h). Whatever is behind it is not trusted: the mirror checks all that comes (follow.h). One
// thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "crypto/key_text.h"
#include "ledger/ledger.h"
#include "ledger/statement.h"
#include "log/tile.h"

namespace comity::federation {

// Names a log in addresses and tables: SHA-256 of its vkey's text.
Digest log_name(const crypto::NamedKey& log_key);

// A log that the source has: its own, or one that it mirrors.
struct OfferedLog {
    crypto::NamedKey key;
    crypto::NamedKey cosigner;
    std::string checkpoint;  // the newest, a signed note
    bool own = false;
};

// A statement as a source hands it out.
struct OfferedStatement {
    std::uint64_t index = 0;  // in the log
    std::string envelope;
    std::vector<std::string> objects;   // empty where it is withheld
    bool apart = false;                 // objects and attachments are to be asked for one by one
    std::vector<ledger::Hole> holes{};  // the hashes of those that are withheld
};

// The objects of a statement as they go over the line, in their order: one that is withheld is a text, its
// leaf hash in hexadecimal.
// [{...},"<64 hex>",...]
std::string objects_json(std::span<const std::string> objects, std::span<const ledger::Hole> holes);
// An element of such a list goes to the end. kInvalid where it is a text and no hash.
Result<void> take_element(std::string_view element, ledger::ObjectList& objects);

class PeerSource {
  public:
    virtual ~PeerSource() = default;

    virtual Result<std::vector<OfferedLog>> logs() = 0;
    virtual Result<std::string> checkpoint(const OfferedLog& log) = 0;
    virtual Result<Bytes> tile(const OfferedLog& log, const log::TilePath& path) = 0;
    // The log's checkpoints beyond that size, smallest first, of those of one second only the last: what the
    // witnessed times follow from. As many as fit a page; none: there are no more.
    virtual Result<std::vector<std::string>> checkpoints(const OfferedLog& log, std::uint64_t after) = 0;
    // Of the entries [256 package, 256 package + 256) those whose envelopes one may read here.
    virtual Result<std::vector<OfferedStatement>> package(const OfferedLog& log, std::uint64_t package) = 0;
    // All of a statement's; those that one may not read here, or that are not here either, are holes.
    virtual Result<ledger::ObjectList> objects(const Digest& statement, std::uint64_t count) = 0;
    // Which of these objects of a statement, by their positions, one may read here now. `index`: its place in
    // the log.
    virtual Result<std::map<std::uint64_t, std::string>> objects_at(const OfferedLog& log,
                                                                    std::uint64_t index,
                                                                    const Digest& statement,
                                                                    std::span<const ledger::Hole> holes);
    virtual Result<std::string> attachment(const Digest& statement, const ledger::AttachmentRef& ref) = 0;
};

}  // namespace comity::federation
