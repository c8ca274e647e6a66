// What a node keeps of others: the nodes it follows (peers), the logs it mirrors with how far they are
// verified and applied, their tiles and checkpoints, and which of their statements are missing here. Each
// call that writes is one transaction. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/key_text.h"
#include "db/database.h"
#include "ledger/ledger.h"
#include "log/tile.h"
#include "log/tree.h"

namespace comity::federation {

struct Peer {
    std::int64_t n = 0;
    std::string name;  // unique on this node
    std::string url;
    std::string token;                    // for its REST; empty: as the public reads
    crypto::NamedKey log;                 // its own log's
    std::int64_t added = 0;               // seconds, like the times below
    std::optional<std::int64_t> contact;  // the last time that all went well
    std::optional<std::int64_t> tried;    // the last time at all
    std::string error;                    // why the last try failed; empty: it did not
    std::int64_t failures = 0;            // in a row
};

struct MirroredLog {
    std::int64_t n = 0;
    crypto::NamedKey key;
    crypto::NamedKey cosigner;
    // The newest checkpoint that is verified: signed, and consistent with all before it.
    std::uint64_t size = 0;
    Digest root;
    std::string checkpoint;  // empty: none so far
    // Of its entries so many have been taken, and these are the roots over them.
    log::Frontier applied;
    std::int64_t time = 0;       // of the newest checkpoint that was passed in applying
    std::uint64_t missing = 0;   // of those taken, how many statements are not here and should be
    std::uint64_t erased = 0;    // and how many are not, of which somebody says that they were erased
    std::uint64_t withheld = 0;  // of those that are here, how many objects are not (ledger/holes.h)
    std::uint64_t adopted =
        0;  // of those taken, how many were looked at to enter this node's own log (sync.h)
};

// A checkpoint that states the time of the entries before it.
struct TimedCheckpoint {
    std::uint64_t size = 0;
    std::int64_t time = 0;  // seconds, as cosigned
    std::string note;
};

// An entry whose statement is not here, or not with all of its objects.
struct Lacking {
    std::uint64_t index = 0;
    std::int64_t seq = 0;  // of the statement; 0: it is not here
};

// What one step of a mirror brings, written at once.
struct Progress {
    log::Frontier applied;
    std::int64_t time = 0;
    std::map<std::int64_t, Bytes> tiles;  // by place (ledger::tile_place)
    std::vector<TimedCheckpoint> checkpoints;
    std::vector<Lacking> lacking;
    std::vector<Digest> entries;  // those taken, in their order
};

class MirrorStore {
  public:
    static Result<MirrorStore> open(db::Database& database);  // migrates

    // kConflict where the name or the log is followed already.
    Result<void> add_peer(const Peer& peer);
    Result<std::vector<Peer>> peers();
    Result<void> remove_peer(std::string_view name);  // kNotFound; what was mirrored stays
    Result<void> note_contact(std::int64_t peer, std::int64_t now, const Result<void>& outcome);

    Result<std::vector<MirroredLog>> logs();
    // The one of that key; made, empty, where there is none yet.
    Result<MirroredLog> log(const crypto::NamedKey& key, const crypto::NamedKey& cosigner);
    // Takes a newer verified checkpoint. False where another has been taken meanwhile.
    Result<bool> verified(const MirroredLog& log, std::uint64_t size, const Digest& root,
                          const std::string& checkpoint);
    // False where another has gone on meanwhile.
    Result<bool> advance(const MirroredLog& log, const Progress& progress);
    Result<std::vector<Lacking>> lacking(std::int64_t log, std::uint64_t from, std::size_t limit);
    // Of the entries asked for again, these lack something still; the others no longer.
    Result<void> note_lacking(std::int64_t log, std::span<const std::uint64_t> asked,
                              std::span<const Lacking> still);
    // Those of these statements that are here without some of their objects, by their ids.
    Result<std::map<Digest, std::int64_t>> with_holes(std::span<const Digest> ids);
    Result<std::vector<ledger::Hole>> holes(std::int64_t seq);
    // What was lacking has come by another way, or was erased.
    Result<void> note_whole();

    // The node gave hashes of these statements' objects, or gives all of them now.
    Result<void> note_withheld(std::span<const std::int64_t> statements, const std::string& node,
                               bool withheld);
    // Of objects that are here and that this reader may read, the node withholds so many.
    Result<void> note_unduly(std::int64_t seq, const std::string& node, std::size_t count);
    // Objects of which the node gave a hash and that came by another way: those that the reader may read. A
    // statement of the log at a time.
    struct Withheld {
        std::int64_t seq = 0;
        Digest statement;
        std::uint64_t index = 0;
        std::vector<ledger::Hole> objects;
    };
    Result<std::vector<Withheld>> came_otherwise(std::int64_t log, const std::string& node,
                                                 const ledger::Viewer& reader, std::size_t limit);
    // Which nodes withhold what is for everybody, as far as it has shown; by their logs' keys.
    Result<std::map<std::string, std::uint64_t>> withheld_unduly();
    // The newest statement by which something that is withheld may be had now: who may read changed. 0: none,
    // or nothing is withheld.
    Result<std::int64_t> last_opening();

    // Of what is missing, counts as erased what a statement says was. It is asked for like the rest: where
    // somebody has it still, it shows whether that was its author's to say.
    Result<void> note_erased();

    // The first path.width hashes or entries; kNotFound where there are fewer.
    Result<Bytes> tile(std::int64_t log, const log::TilePath& path);
    Result<std::vector<Digest>> entries(std::int64_t log, std::uint64_t first, std::uint64_t count);
    Result<std::vector<TimedCheckpoint>> checkpoints(std::int64_t log, std::uint64_t after,
                                                     std::size_t limit);
    Result<std::optional<TimedCheckpoint>> last_checkpoint(std::int64_t log);
    // Of these statements, which the ledger has, or has had until their authors erased them; those that only
    // wait for their author are not among them.
    Result<std::vector<bool>> kept(std::span<const Digest> ids);
    // Of a log's entries [first, first + count) those whose statements are here and not in this node's own
    // log.
    Result<std::vector<Digest>> unlogged(std::int64_t log, std::uint64_t first, std::uint64_t count);
    Result<void> note_adopted(std::int64_t log, std::uint64_t entries);
    // One of them, whole. kNotFound.
    Result<ledger::Submission> submission(const Digest& id);

    // Two signed notes of one log that cannot both be true; kept for whoever asks for evidence.
    Result<void> keep_contradiction(const crypto::NamedKey& log, const std::string& earlier,
                                    const std::string& later, std::string_view what, std::int64_t now);
    struct Contradiction {
        std::string log, earlier, later, what;
        std::int64_t at = 0;
    };
    Result<std::vector<Contradiction>> contradictions();

    db::Database& database() { return *database_; }

  private:
    explicit MirrorStore(db::Database& database) : database_(&database) {}
    Result<void> place_entries();  // of logs that were mirrored before places were kept
    db::Database* database_;
};

}  // namespace comity::federation
