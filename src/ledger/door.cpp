#include "ledger/door.h"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>

#include "crypto/sha256.h"
#include "ledger/powers.h"

namespace comity::ledger {
namespace {

Result<void> check_objects(const Prepared& prepared, const Pillar* owner) {
    const Statement& statement = prepared.statement;
    const std::span<const std::string_view> objects = prepared.objects;
    if (!statement.objects) {
        if (objects.empty()) return {};
        return invalid("objects", "come with a statement that binds none",
                       "set body.objects to their count and root");
    }
    if (statement.objects->count != objects.size()) {
        return invalid("objects", fmt::format("are {}, where body.objects.count says {}", objects.size(),
                                              statement.objects->count));
    }
    COMITY_TRY(const auto leaves, leaf_hashes(objects, prepared.submission.holes));
    const bool divisible = owner != nullptr && owner->divisible(statement.type);
    if (!prepared.submission.holes.empty() && !divisible) {
        return invalid("objects", "are not all there, where who may read the statement may read all of them",
                       "another node may have them");
    }
    if (log::root_of(leaves) != statement.objects->root) {
        return invalid("body.objects.root", "is not the root over the objects that came",
                       "hash the objects' bytes as they are sent, in their order (RFC 6962)");
    }
    return {};
}

Result<void> check_attachments(const Statement& statement, std::span<const std::string> attachments) {
    if (statement.attachments.size() != attachments.size()) {
        return invalid("attachments", fmt::format("are {}, where the statement names {}", attachments.size(),
                                                  statement.attachments.size()));
    }
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const AttachmentRef& ref = statement.attachments[i];
        if (ref.size != attachments[i].size() || ref.sha256 != crypto::sha256(as_bytes(attachments[i]))) {
            return invalid(fmt::format("attachments[{}]", i),
                           "is not what the statement names: size or SHA-256 differ");
        }
    }
    return {};
}

}  // namespace

Pillars::Pillars(std::vector<std::unique_ptr<Pillar>> pillars) : pillars_(std::move(pillars)) {
    for (const auto& pillar : pillars_) {
        for (const std::string_view type : pillar->types()) by_type_.emplace(type, pillar.get());
        if (RollMaker* maker = pillar->roll_maker()) roll_maker_ = maker;
    }
    assert(roll_maker_ != nullptr);
}

Pillar* Pillars::owner(std::string_view type) const {
    const auto it = by_type_.find(type);
    return it == by_type_.end() ? nullptr : it->second;
}

Result<Prepared> open_submission(Submission submission, std::optional<Witnessed> foreign) {
    std::size_t size = 0;
    for (const auto* payloads : {&submission.objects, &submission.attachments}) {
        for (const std::string& payload : *payloads) size += payload.size();
    }
    if (size > kMaxSubmissionSize) {
        return too_large("objects", fmt::format("{} bytes, over the limit of {}", size, kMaxSubmissionSize),
                         "share in several statements");
    }
    if (submission.objects.size() > kMaxObjects) {
        return too_large(
            "objects",
            fmt::format("{} of them, over the limit of {}", submission.objects.size(), kMaxObjects),
            "share in several statements");
    }
    auto written = crypto::parse_written_envelope(submission.envelope);
    const bool as_kept = written.has_value();  // to the byte: it need not be written anew
    COMITY_TRY(crypto::Envelope envelope, as_kept ? Result<crypto::Envelope>(*std::move(written))
                                                  : crypto::parse_envelope(submission.envelope));
    COMITY_TRY(Statement statement, parse_statement(envelope));
    Prepared prepared{
        std::move(submission), std::move(envelope), std::move(statement), {}, {}, foreign, -1, kNever, {}};
    if (!as_kept) prepared.submission.envelope = prepared.envelope.write();
    prepared.objects.assign(prepared.submission.objects.begin(), prepared.submission.objects.end());
    return prepared;
}

Result<void> check_content(Prepared& prepared, const Pillars& pillars) {
    const Statement& statement = prepared.statement;
    const Pillar* owner = pillars.owner(statement.type);
    if (owner == nullptr && !prepared.foreign) {
        return invalid("type", "'" + statement.type + "' is not known to this node",
                       "check the spelling, or submit it at a node whose version knows it");
    }
    COMITY_CHECK(check_objects(prepared, owner));
    COMITY_CHECK(check_attachments(statement, prepared.submission.attachments));
    if (owner == nullptr) return {};
    COMITY_TRY(prepared.reading, owner->read(statement, prepared.objects));
    return {};
}

Result<Witnessed> check_signer(const Statement& statement, const crypto::Envelope& envelope,
                               const Pillars& pillars, const Roll& roll, Witnessed at) {
    if (!roll.founded()) {
        if (statement.community != Digest{} || !pillars.roll_maker().makes_roll(statement.type)) {
            return refused("community", "this node belongs to no community yet",
                           "found one: comity community found");
        }
        const RollMaker::Source source{&statement, &envelope, at};
        if (!pillars.roll_maker().make({&source, 1}).founded()) {
            return refused("signatures", "a charter needs the signature of every founding member",
                           "let each sign it: comity statement sign");
        }
        return kNever;
    }
    if (statement.id == roll.community) return kNever;
    if (statement.community == Digest{}) {
        return conflict("community",
                        "this node belongs to the community " + roll.community.hex() + " already",
                        "found another one in a data folder of its own");
    }
    if (statement.community != roll.community) {
        return refused("community",
                       "is " + statement.community.hex() + ", not this node's, " + roll.community.hex());
    }
    const Member* author = roll.find(statement.author);
    if (author == nullptr) {
        return refused("author", "'" + statement.author + "' is no member",
                       "a member can admit it: comity member admit");
    }
    if (at > author->left) return refused("author", "'" + statement.author + "' has left the community");
    const MemberKey* key = roll.signer(envelope, statement.author, statement.type, at);
    if (key == nullptr) {
        for (const MemberKey& old : author->keys) {
            const bool powerless = !old.powers.empty() && !has_power(old.powers, statement.type);
            if ((!powerless && at >= old.starts && at <= old.until) || !crypto::signed_by(envelope, old.key))
                continue;
            if (at < old.starts) {
                return refused("signatures",
                               "the key that signed counts from " +
                                   format_time_millis(Time::from_seconds(old.starts)) + " on",
                               "sign with another of the member's keys");
            }
            if (at > old.until) {
                return refused("signatures",
                               old.powers.empty()
                                   ? "the key that signed has been revoked"
                                   : "the key that signed has been revoked, or its time is over",
                               "sign with another of the member's keys");
            }
            const std::string_view needed = power_for(statement.type);
            return refused(
                "signatures",
                needed.empty()
                    ? "the key that signed is a delegate's, and no delegate signs a " + statement.type
                    : "the key that signed is a delegate's without the power to " + std::string(needed),
                "sign with another of the member's keys");
        }
        return refused(
            "signatures",
            "none is by a key of '" + statement.author + "', or the statement was changed after signing",
            "compare the key with comity member show " + statement.author);
    }
    if (key->custody && !statement.custody) {
        return refused("custody", "the key is held by a node, and the statement does not say so",
                       "set \"custody\": true");
    }
    return std::min(key->until, author->left);
}

}  // namespace comity::ledger
