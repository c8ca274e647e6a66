#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/keys.h"
#include "cli/log/witnessed.h"
#include "cli/output.h"
#include "cli/statement/envelope_file.h"
#include "ledger/statement.h"
#include "log/policy.h"
#include "log/proof.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxProof = 4u << 20;

struct LogVerifyOptions {
    std::string proof;
    std::string statement;
    std::string key;
    std::vector<std::string> witnesses;
    std::vector<std::string> member_keys;
    std::string policy;
};

// What is said to stand in the log: its id, and the envelope where it is at hand.
struct Claimed {
    Digest id;
    std::optional<crypto::Envelope> envelope;
};

Result<Claimed> claimed(Context& context, const LogVerifyOptions& options, const log::Proof& proof) {
    if (options.statement.empty()) {
        if (!proof.extra)
            return invalid("--statement", "is missing, and the proof carries no statement",
                           "give the envelope's file or the statement's id");
        auto envelope = crypto::parse_envelope(as_text(*proof.extra));
        if (!envelope) return within(options.proof + ": extra", std::move(envelope).error());
        return Claimed{envelope->digest(), std::move(*envelope)};
    }
    if (const auto id = Digest::from_hex(options.statement)) return Claimed{*id, std::nullopt};
    COMITY_TRY(crypto::Envelope envelope, read_envelope(context, options.statement));
    return Claimed{envelope.digest(), std::move(envelope)};
}

Result<std::vector<crypto::NamedKey>> keys(Context& context, const std::vector<std::string>& texts) {
    std::vector<crypto::NamedKey> list;
    for (const std::string& text : texts) {
        COMITY_TRY(list.emplace_back(), read_public_key(context, text));
    }
    return list;
}

Result<std::optional<log::Policy>> read_policy(Context& context, const std::string& file) {
    if (file.empty()) return std::nullopt;
    COMITY_TRY(const std::string text, read_file(context, file, log::kMaxPolicySize));
    auto policy = log::Policy::parse(text);
    if (!policy) return within(file, std::move(policy).error());
    return std::move(*policy);
}

// The key that is given, or the policy's of the log that the checkpoint is of.
Result<crypto::NamedKey> log_key_of(Context& context, const LogVerifyOptions& options,
                                    const std::optional<log::Policy>& policy, std::string_view checkpoint) {
    if (!options.key.empty()) return read_public_key(context, options.key);
    if (!policy)
        return invalid("--key", "is missing", "give the log's public key, or a --policy that names it");
    COMITY_TRY(const crypto::Note note, crypto::parse_note(checkpoint));
    COMITY_TRY(const log::Checkpoint parsed, log::Checkpoint::parse(note.text));
    const std::vector<crypto::NamedKey> keys = policy->log_keys(parsed.origin);
    if (keys.empty()) {
        return refused(options.policy, fmt::format("does not name the log {}", parsed.origin),
                       "give its key with --key, or add a log line");
    }
    const auto signers = crypto::verify_note(note, keys);
    if (!signers) return within(options.proof, signers.error());
    return signers->front();
}

// What the policy says of the checkpoint; refused where its quorum is not met.
struct Judged {
    log::Policy policy;
    log::PolicyVerdict verdict;
};

Result<std::optional<Judged>> judged(const LogVerifyOptions& options, std::optional<log::Policy> policy,
                                     std::string_view checkpoint) {
    if (!policy) return std::nullopt;
    COMITY_TRY(const crypto::Note note, crypto::parse_note(checkpoint));
    auto verdict = log::judge(*policy, note);
    if (!verdict) return within(options.proof, std::move(verdict).error());
    return Judged{std::move(*policy), std::move(*verdict)};
}

void add_fields(std::vector<std::pair<std::string, std::string>>& fields, const Judged& judged) {
    for (const auto& witness : judged.verdict.witnesses) {
        if (witness.cosigned) {
            fields.emplace_back("cosigned",
                                fmt::format("{} at {}", witness.name, format_time_millis(*witness.cosigned)));
        }
    }
    for (const json::Value& group : groups_json(judged.verdict)) {
        fields.emplace_back("seen by", group_text(group.get_object()));
    }
    const json::Object log{{"quorum", quorum_json(judged.policy, judged.verdict)}};
    if (const std::string quorum = quorum_text(log); !quorum.empty()) fields.emplace_back("quorum", quorum);
}

Result<void> require_quorum(const LogVerifyOptions& options, const std::optional<Judged>& judged) {
    if (!judged || judged->verdict.met) return {};
    return refused(options.proof,
                   fmt::format("the policy's quorum, {}, is not met: it waits for {}", judged->policy.quorum,
                               fmt::join(judged->verdict.waits, ", ")),
                   "ask for a newer proof, or wait until they have cosigned");
}

void add_json(json::Object& object, const Judged& judged) {
    object["quorum"] = quorum_json(judged.policy, judged.verdict);
    object["groups"] = groups_json(judged.verdict);
}

// A checkpoint alone: the log's signature, and what the policy says.
Result<void> verify_checkpoint(Context& context, const LogVerifyOptions& options, const std::string& text) {
    COMITY_TRY(std::optional<log::Policy> policy, read_policy(context, options.policy));
    COMITY_TRY(const crypto::NamedKey log_key, log_key_of(context, options, policy, text));
    auto open = log::open_checkpoint(text, log_key);
    if (!open) return within(options.proof, std::move(open).error());
    COMITY_TRY(const auto judgement, judged(options, std::move(policy), text));
    const log::Checkpoint& checkpoint = open->checkpoint;
    if (context.json) {
        json::Object object{
            {"origin", checkpoint.origin}, {"size", checkpoint.size}, {"root", checkpoint.root.hex()}};
        if (judgement) add_json(object, *judgement);
        print_json(context, object);
    } else {
        std::vector<std::pair<std::string, std::string>> fields{
            {"verified", fmt::format("a checkpoint of {}, size {}", checkpoint.origin, checkpoint.size)}};
        if (judgement) add_fields(fields, *judgement);
        print_fields(context, fields);
    }
    return require_quorum(options, judgement);
}

Result<void> verify(Context& context, const LogVerifyOptions& options) {
    COMITY_TRY(const std::string text, read_file(context, options.proof, kMaxProof));
    if (options.statement.empty() && !text.starts_with("c2sp.org/tlog-proof@") && crypto::parse_note(text)) {
        return verify_checkpoint(context, options, text);
    }
    auto proof = log::Proof::parse(text);
    if (!proof) return within(options.proof, std::move(proof).error());
    COMITY_TRY(std::optional<log::Policy> policy, read_policy(context, options.policy));
    COMITY_TRY(const crypto::NamedKey log_key, log_key_of(context, options, policy, proof->checkpoint));
    COMITY_TRY(const std::vector<crypto::NamedKey> witnesses, keys(context, options.witnesses));
    COMITY_TRY(const std::vector<crypto::NamedKey> member_keys, keys(context, options.member_keys));
    COMITY_TRY(const Claimed claim, claimed(context, options, *proof));

    auto verdict = log::verify_proof(*proof, claim.id.view(), log_key, witnesses);
    if (!verdict) return within(options.proof, std::move(verdict).error());
    std::optional<ledger::Statement> statement;
    if (claim.envelope) {
        COMITY_TRY(statement, ledger::parse_statement(*claim.envelope));
    }
    if (!member_keys.empty() && !claim.envelope) {
        return invalid("--member-key", "there is no envelope to verify with it",
                       "give the envelope's file as --statement");
    }
    for (const crypto::NamedKey& key : member_keys) {
        if (!crypto::signed_by(*claim.envelope, key)) {
            return refused(options.proof, fmt::format("{} has not signed the statement", key.text()),
                           "do not rely on it");
        }
    }
    for (const crypto::NamedKey& witness : witnesses) {
        const bool seen = std::ranges::any_of(
            verdict->cosigned, [&](const auto& cosigned) { return cosigned.first == witness; });
        if (!seen)
            return refused(options.proof, fmt::format("{} has not cosigned the checkpoint", witness.name),
                           "ask for a newer proof");
    }

    COMITY_TRY(const auto judgement, judged(options, std::move(policy), proof->checkpoint));

    if (context.json) {
        json::Array cosigned;
        for (const auto& [key, time] : verdict->cosigned) {
            cosigned.push_back(json::Object{{"key", key.text()}, {"time", format_time_millis(time)}});
        }
        json::Object object{{"id", claim.id.hex()},
                            {"index", proof->index},
                            {"origin", verdict->checkpoint.origin},
                            {"size", verdict->checkpoint.size},
                            {"root", verdict->checkpoint.root.hex()},
                            {"cosigned", std::move(cosigned)},
                            {"signed_by", json::Array()},
                            {"statement", nullptr}};
        for (const crypto::NamedKey& key : member_keys)
            object["signed_by"].get_array().push_back(json::Value(key.text()));
        if (claim.envelope) {
            COMITY_TRY(object["statement"], json::parse(claim.envelope->payload));
        }
        if (judgement) add_json(object, *judgement);
        print_json(context, object);
        return require_quorum(options, judgement);
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"verified", fmt::format("entry {} of {} in {}", proof->index, verdict->checkpoint.size,
                                 verdict->checkpoint.origin)},
        {"statement", claim.id.hex()}};
    if (statement)
        fields.emplace_back("said", fmt::format("{} by {}, issued {}", statement->type, statement->author,
                                                format_time_millis(statement->issued)));
    for (const crypto::NamedKey& key : member_keys) fields.emplace_back("signed by", key.text());
    for (const auto& [key, time] : verdict->cosigned)
        fields.emplace_back("cosigned", fmt::format("{} at {}", key.name, format_time_millis(time)));
    if (judgement) add_fields(fields, *judgement);
    print_fields(context, fields);
    if (claim.envelope && member_keys.empty()) {
        context.err << "The author's signature was not checked: give its key with --member-key.\n";
    }
    return require_quorum(options, judgement);
}

}  // namespace

void add_log_verify(Command& log, Context& context) {
    auto options = std::make_shared<LogVerifyOptions>();
    Command command = log.add_command(
        {.name = "verify",
         .summary = "Verify a proof or a checkpoint, offline",
         .description =
             "Checks that the statement stands in the log that LOGKEY signs, that every "
             "witness named has cosigned, and that every member "
             "key named has signed the statement. Needs no network and no data folder, and "
             "believes nothing but the keys given. With --policy it shows which groups of witnesses "
             "have seen the checkpoint, and fails where the policy's quorum is not met. A checkpoint "
             "alone is verified likewise.",
         .examples = {{"comity log verify statement.tlog-proof --key log.pub --member-key cert-ke.pub",
                       "a proof made with --bundle"},
                      {"comity log verify statement.tlog-proof --policy policy.tlog",
                       "by a C2SP tlog-policy: its logs, its witnesses, its quorum"},
                      {"comity log verify 42.tlog-proof --statement envelope.json --key "
                       "cert-ke.example/log+530d903a+AekyeRrm...",
                       ""}}});
    command.add_option("PROOF", options->proof, "The proof's or checkpoint's file (- for standard input)")
        .required();
    command
        .add_option("--statement", options->statement,
                    "The signed envelope's file, or the statement's id; default: what the proof carries")
        .type_name("FILE");
    command
        .add_option("--key", options->key,
                    "The log's public key, as it stands or in a file; default: the policy's")
        .type_name("LOGKEY");
    command
        .add_option("--policy", options->policy,
                    "A trust policy (C2SP tlog-policy): its quorum must have cosigned")
        .type_name("FILE");
    command
        .add_option("--witness", options->witnesses, "A witness' public key; it must have cosigned (repeat)")
        .type_name("KEY");
    command
        .add_option("--member-key", options->member_keys,
                    "A member's public key; it must have signed (repeat)")
        .type_name("KEY");
    command.on_run(context, [options](Context& c) { return verify(c, *options); });
}

}  // namespace comity::cli
