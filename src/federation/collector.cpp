#include "federation/collector.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/logging.h"
#include "base/text.h"
#include "federation/tlog_mirror.h"
#include "federation/witness.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

constexpr std::size_t kShownRefusal = 200;
constexpr int kTries = 2;  // the first may only tell from which size to prove

std::string first_line(std::string_view text) {
    return shown(text.substr(0, text.find('\n')), kShownRefusal);
}

Result<std::uint64_t> told_size(std::string_view body) {
    if (!body.ends_with('\n')) return invalid("answer", "has no size line");
    const auto parsed = AddCheckpoint::parse("old " + std::string(body) + "\n");
    if (!parsed) return invalid("answer", "does not tell a size");
    return parsed->old_size;
}

}  // namespace

Collector::Collector(ledger::Ledger& ledger, Cosignatures& cosignatures, Clock& clock,
                     CollectorOptions options)
    : ledger_(ledger), cosignatures_(cosignatures), clock_(clock), options_(std::move(options)) {
    const auto asked = [](const log::Policy::Witness& witness) { return !witness.url.empty(); };
    if (std::ranges::any_of(cosignatures_.policy().witnesses, asked)) {
        subscription_ = ledger_.on_growth([this] {
            const std::lock_guard lock(mutex_);
            ++grown_;
            stop_.notify_all();
        });
    }
    for (const log::Policy::Witness& witness : cosignatures_.policy().witnesses) {
        if (asked(witness)) threads_.emplace_back([this, &witness] { ask_for_ever(witness); });
    }
}

Collector::~Collector() {
    subscription_.reset();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Collector::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stop_.wait_for(lock, time, [&] { return stopping_; });
}

bool Collector::wait_for_growth(std::uint64_t seen) {
    std::unique_lock lock(mutex_);
    stop_.wait_for(lock, options_.look, [&] { return stopping_ || grown_ != seen; });
    return !stopping_;
}

void Collector::ask_for_ever(const log::Policy::Witness& witness) {
    http::Client client(options_.http);
    std::string cosigned;  // the note that it has cosigned last
    std::int64_t failures = 0;
    Time answered;
    std::uint64_t last = cosignatures_.last_size(witness.key).value_or(0);
    for (;;) {
        auto pause = options_.poll;
        std::uint64_t seen = 0;
        {
            const std::lock_guard lock(mutex_);
            seen = grown_;
        }
        const auto note = ledger_.checkpoint();
        if (note && *note == cosigned) {
            if (!wait_for_growth(seen)) return;
            continue;
        }
        if (!note) {
            if (!wait(pause)) return;
            continue;
        }
        const Time contacted = clock_.now();
        const auto size = ask(client, witness, *note, last);
        std::string error;
        if (size) {
            last = *size;
            cosigned = *note;
            failures = 0;
            answered = clock_.now();
        } else {
            error = size.error().message();
            const auto factor = std::int64_t{1} << std::min<std::int64_t>(failures, 20);
            pause = std::min(options_.longest_wait, options_.first_wait * factor);
            if (failures++ == 0) {
                logging::warning("a witness does not cosign",
                                 {{"witness", witness.name}, {"url", witness.url}, {"cause", error}});
            }
        }
        if (const auto told = cosignatures_.tell(witness.key, last, contacted, answered, failures, error);
            !told) {
            logging::warning("a witness' answer could not be kept", {{"cause", told.error().message()}});
        }
        if (!wait(pause)) return;
    }
}

Result<bool> Collector::keep(const log::Policy::Witness& witness, const log::Checkpoint& checkpoint,
                             const crypto::Note& note, std::string_view lines) {
    if (lines.empty()) return false;
    const auto answer = crypto::parse_note(note.text + "\n" + std::string(lines));
    if (!answer) return within(witness.url + ": answer", answer.error());
    for (const crypto::NoteSignature& signature : answer->signatures) {
        if (signature.name != witness.key.name || signature.id != witness.key.id()) continue;
        COMITY_TRY(const Time time, log::verify_cosignature(note.text, signature, witness.key));
        COMITY_CHECK(cosignatures_.keep(checkpoint, witness.key, signature, time));
        return true;
    }
    return false;
}

Result<std::string> Collector::packages(std::uint64_t start, std::uint64_t end) {
    std::string bytes;
    for (std::size_t n = 0; n < kMirrorPackages && start < end; ++n) {
        const std::uint64_t bundle = start / log::kTileWidth;
        const std::uint64_t first = bundle * log::kTileWidth;
        const std::uint64_t stop = std::min(end, first + log::kTileWidth);
        COMITY_TRY(const Bytes entries, ledger_.tile({.entries = true,
                                                      .level = 0,
                                                      .index = bundle,
                                                      .width = static_cast<unsigned>(stop - first)}));
        const auto from = static_cast<std::size_t>(start - first) * log::kDigestEntrySize;
        bytes += as_text(ByteView(entries).subspan(from));
        COMITY_TRY(const auto proof, ledger_.subtree(first, stop, end));
        bytes += static_cast<char>(proof.size());
        for (const Digest& hash : proof) bytes += as_text(hash.view());
        start = stop;
    }
    return bytes;
}

// It is asked where it is, and given what it lacks, 32 packages at a time.
Result<void> Collector::upload(http::Client& client, const log::Policy::Witness& witness,
                               const log::Checkpoint& checkpoint, const crypto::Note& note) {
    MirrorInfo at{checkpoint.size, checkpoint.size, {}};
    for (bool asked = false;; asked = true) {
        std::string body = mirror_upload_head(checkpoint.origin, at.next, checkpoint.size, at.ticket);
        COMITY_TRY(const std::string entries, packages(at.next, checkpoint.size));
        body += entries;
        COMITY_TRY(const http::Response response,
                   client.send(http::Method::kPost, witness.url + "/add-entries",
                               {{"Content-Type", "application/octet-stream"}}, body));
        if (response.status == 200) {
            COMITY_TRY(const bool cosigned, keep(witness, checkpoint, note, response.bytes()));
            if (cosigned) return {};
            return refused(witness.url, "answered without a cosignature by the key in the policy",
                           "compare the witness' or mirror's key with its operator's");
        }
        if (response.status != 202 && response.status != 409)
            return refused(witness.url,
                           fmt::format("answered without a cosignature by the key in the policy, and as no "
                                       "mirror either, with {}: {}",
                                       response.status, first_line(response.bytes())),
                           "compare the key in the policy with its operator's");
        auto told = MirrorInfo::parse(response.bytes());
        if (!told) return within(witness.url + ": answer", told.error());
        if (told->next > checkpoint.size || (asked && told->next <= at.next))
            return unavailable(witness.url, "does not get on with the entries", "it is asked again");
        at.next = told->next;
        at.ticket = told->ticket;
        if (!wait(std::chrono::milliseconds(0))) return unavailable(witness.url, "was not asked to the end");
    }
}

Result<std::uint64_t> Collector::ask(http::Client& client, const log::Policy::Witness& witness,
                                     const std::string& note, std::uint64_t last) {
    COMITY_TRY(const crypto::Note parsed, crypto::parse_note(note));
    COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(parsed.text));
    for (int attempt = 0; attempt < kTries; ++attempt) {
        if (last > checkpoint.size) {
            return conflict(
                witness.url,
                fmt::format("has cosigned {} entries of this log, which has {}", last, checkpoint.size),
                "was the store set back to an older copy? Stop the node and restore the newest "
                "one; a log that was set back and grows has two histories");
        }
        AddCheckpoint request{last, {}, note};
        if (last > 0 && last < checkpoint.size) {
            COMITY_TRY(request.proof, ledger_.consistency(last, checkpoint.size));
        }
        COMITY_TRY(const http::Response response,
                   client.send(http::Method::kPost, witness.url + "/add-checkpoint",
                               {{"Content-Type", "text/plain; charset=utf-8"}}, request.write()));
        if (response.status == 409) {
            COMITY_TRY(last, told_size(response.bytes()));
            continue;
        }
        if (response.status != 200) {
            return refused(witness.url,
                           fmt::format("answered {}: {}", response.status, first_line(response.bytes())));
        }
        COMITY_TRY(const bool cosigned, keep(witness, checkpoint, parsed, response.bytes()));
        if (cosigned) return checkpoint.size;
        // A mirror cosigns only what it has: it wants the entries first.
        COMITY_CHECK(upload(client, witness, checkpoint, parsed));
        return checkpoint.size;
    }
    return unavailable(witness.url, "cosigns other checkpoints of this log at the same time",
                       "it is asked again");
}

}  // namespace comity::federation
