// docs/formats.md against the code: each of its examples is decoded, and is what the document says it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/encoding.h"
#include "base/time.h"
#include "crypto/dsse.h"
#include "crypto/sha256.h"
#include "json/fields.h"
#include "json/slices.h"
#include "json/value.h"
#include "log/proof.h"
#include "log/sample_log.h"
#include "log/tile.h"

namespace comity::log {
namespace {

using Examples = std::map<std::string, std::string, std::less<>>;

// A block that is fenced as "```text example=name" is the example of that name.
Examples read_document() {
    std::ifstream file("docs/formats.md");
    EXPECT_TRUE(file) << "run from the source folder";
    Examples examples;
    std::string* open = nullptr;
    for (std::string line; std::getline(file, line);) {
        constexpr std::string_view kMark = " example=";
        if (line.starts_with("```")) {
            const auto mark = line.find(kMark);
            if (open != nullptr || mark == std::string::npos) {
                open = nullptr;
                continue;
            }
            const auto [it, first] = examples.emplace(line.substr(mark + kMark.size()), "");
            EXPECT_TRUE(first) << "two examples are named " << it->first;
            open = &it->second;
        } else if (open != nullptr) {
            *open += (open->empty() ? "" : "\n") + line;
        }
    }
    return examples;
}

const std::string& example(std::string_view name) {
    static const Examples examples = read_document();
    static const std::string none;
    const auto it = examples.find(name);
    EXPECT_NE(it, examples.end()) << "docs/formats.md has no example " << name;
    return it == examples.end() ? none : it->second;
}

Bytes bytes_of_lines(std::string hex) {
    std::erase(hex, '\n');
    return hex_decode(hex).value();
}

crypto::NamedKey key(std::string_view name) {
    return crypto::parse_public_key(example(name)).value();
}

// The fields that any statement has; gives its body.
json::Value check_statement(std::string_view text, std::string_view community, std::string_view type) {
    const json::Value value = json::parse(text).value();
    auto fields = json::Fields::of(value, "").value();
    EXPECT_EQ(fields.integer("v", 1, 1), 1);
    EXPECT_EQ(fields.text("community", 64, 64), std::string(community));
    EXPECT_EQ(fields.text("type", 3, 100), std::string(type));
    EXPECT_EQ(fields.text("author", 1, 64), "cert-ke");
    const auto issued = fields.text("issued", 20, 35).value();
    EXPECT_EQ(format_time_millis(parse_time(issued).value()), issued);
    EXPECT_EQ(base64url_decode(fields.text("nonce", 22, 22).value()).value().size(), 16U);
    EXPECT_EQ(json::write(*fields.any("audience")), R"({"tlp":"clear"})");
    const json::Value body = *fields.object("body").value();
    EXPECT_TRUE(fields.nothing_else());
    EXPECT_EQ(json::write(value), text);
    return body;
}

struct Signed {
    std::string name;  // of the examples: name, name-envelope, name-id
    std::string type;
};
const std::vector<Signed> kLogged = {{"charter", "governance.charter"},
                                     {"share", "intelligence.share"},
                                     {"admission", "governance.admission"}};

TEST(FormatsDocument, HasTheExamplesThatAreCheckedHere) {
    std::set<std::string> names;
    for (const auto& [name, text] : read_document()) {
        names.insert(name);
        EXPECT_FALSE(text.empty()) << name;
    }
    const std::set<std::string> checked = {"member-key",
                                           "log-key",
                                           "cosigner-key",
                                           "member-secret",
                                           "share",
                                           "share-envelope",
                                           "share-pae",
                                           "share-id",
                                           "object-0",
                                           "object-1",
                                           "object-2",
                                           "object-proof",
                                           "objects-with-a-hole",
                                           "share-leaf",
                                           "checkpoint",
                                           "cosigned-message",
                                           "tile",
                                           "bundle",
                                           "proof",
                                           "submission",
                                           "charter",
                                           "charter-envelope",
                                           "charter-id",
                                           "admission",
                                           "admission-envelope",
                                           "admission-id"};
    EXPECT_EQ(names, checked);
}

TEST(FormatsDocument, Keys) {
    using crypto::KeyType;
    EXPECT_EQ(key("member-key"), sample::secret("cert-ke", KeyType::kEd25519, 1).public_part());
    EXPECT_EQ(key("log-key"), sample::log_secret().public_part());
    EXPECT_EQ(key("cosigner-key"), sample::witness_secret().public_part());
    EXPECT_EQ(sample::secret("cert-ke", KeyType::kEd25519, 1).text(), example("member-secret"));
    EXPECT_EQ(crypto::parse_secret_key(example("member-secret")).value().public_part(), key("member-key"));
}

TEST(FormatsDocument, StatementsInTheirEnvelopes) {
    const std::string none(64, '0');
    for (const auto& [name, type] : kLogged) {
        SCOPED_TRACE(name);
        const auto envelope = crypto::parse_envelope(example(name + "-envelope")).value();
        EXPECT_EQ(envelope.payload_type, "application/vnd.comity.statement+json");
        EXPECT_EQ(envelope.payload, example(name));
        EXPECT_EQ(envelope.digest().hex(), example(name + "-id"));
        EXPECT_TRUE(crypto::signed_by(envelope, key("member-key")));
        ASSERT_EQ(envelope.signatures.size(), 1U);
        EXPECT_EQ(envelope.signatures[0].keyid, example("member-key").substr(8, 8));
        EXPECT_EQ(envelope.write(), example(name + "-envelope"));
        check_statement(envelope.payload, name == "charter" ? none : example("charter-id"), type);
    }
}

TEST(FormatsDocument, PreAuthenticationEncoding) {
    const auto envelope = crypto::parse_envelope(example("share-envelope")).value();
    EXPECT_EQ(envelope.pae(), example("share-pae"));
    EXPECT_EQ(crypto::sha256(as_bytes(example("share-pae"))).hex(), example("share-id"));
}

TEST(FormatsDocument, WhatAChangedStatementIsNot) {
    auto envelope = crypto::parse_envelope(example("share-envelope")).value();
    for (std::size_t at = 0; at < envelope.payload.size(); at += 7) {
        envelope.payload[at] ^= 1;
        EXPECT_NE(envelope.digest().hex(), example("share-id"));
        EXPECT_FALSE(crypto::signed_by(envelope, key("member-key")));
        envelope.payload[at] ^= 1;
    }
}

TEST(FormatsDocument, Governance) {
    const auto charter = check_statement(example("charter"), std::string(64, '0'), "governance.charter");
    const auto& founder = charter.at("members").at(0);
    EXPECT_EQ(founder.at("id"), "cert-ke");
    EXPECT_EQ(founder.at("keys").at(0).at("key"), example("member-key").c_str());
    EXPECT_EQ(charter.at("admission").at("sponsors"), 1);
    const auto admission =
        check_statement(example("admission"), example("charter-id"), "governance.admission");
    const auto& member = admission.at("member");
    EXPECT_EQ(member.at("id"), "isoc-fj");
    EXPECT_EQ(member.at("class"), "civil");
    const auto newcomer =
        crypto::parse_public_key(std::string(member.at("keys").at(0).at("key").as_string())).value();
    EXPECT_EQ(newcomer, sample::secret("isoc-fj", crypto::KeyType::kEd25519, 4).public_part());
}

TEST(FormatsDocument, ObjectsAndTheProofOfOne) {
    std::vector<Digest> leaves;
    for (const char* name : {"object-0", "object-1", "object-2"}) {
        EXPECT_TRUE(json::parse(example(name))) << name;
        leaves.push_back(leaf_hash(as_bytes(example(name))));
    }
    const auto body = check_statement(example("share"), example("charter-id"), "intelligence.share");
    EXPECT_EQ(body.at("objects").at("count"), 3);
    EXPECT_EQ(body.at("objects").at("root"), root_of(leaves).hex().c_str());

    // Of the second one the hash alone: the same root.
    std::vector<Digest> with_a_hole;
    const std::string package = R"({"objects":)" + example("objects-with-a-hole") + "}";
    const auto elements = json::array_elements(package, "objects").value();
    for (const std::string_view element : elements) {
        with_a_hole.push_back(element.starts_with('"')
                                  ? Digest::from_hex(element.substr(1, element.size() - 2)).value()
                                  : leaf_hash(as_bytes(element)));
    }
    EXPECT_EQ(with_a_hole, leaves);

    const auto answer = json::parse(example("object-proof")).value();
    std::vector<Digest> hashes;
    for (const auto& hash : answer.at("hashes").as_array()) {
        hashes.push_back(Digest::from_hex(std::string(hash.as_string())).value());
    }
    const auto position = static_cast<std::uint64_t>(answer.at("position").as_int64());
    const auto count = static_cast<std::uint64_t>(answer.at("count").as_int64());
    EXPECT_EQ(answer.at("root"), root_of(leaves).hex().c_str());
    EXPECT_TRUE(verify_inclusion(leaves.at(position), position, count, hashes, root_of(leaves)));
}

TEST(FormatsDocument, LogInTilesAndBundles) {
    Frontier frontier;
    Bytes tile;
    Bytes bundle;
    for (const auto& logged : kLogged) {
        const auto id = Digest::from_hex(example(logged.name + "-id")).value();
        frontier.append(leaf_hash(id.view()));
        append(tile, leaf_hash(id.view()).view());
        ASSERT_TRUE(append_entry(bundle, id.view()));
    }
    EXPECT_EQ(bytes_of_lines(example("tile")), tile);
    EXPECT_EQ(bytes_of_lines(example("bundle")), bundle);
    EXPECT_EQ(leaf_hash(Digest::from_hex(example("share-id")).value().view()).hex(), example("share-leaf"));
    EXPECT_EQ(bundle_entries(bytes_of_lines(example("bundle"))).value().size(), 3U);
    EXPECT_EQ(TilePath::parse("tile/0/000.p/3").value().width, tile_width(0, 0, 3));
    const auto open = open_checkpoint(example("checkpoint") + "\n", key("log-key")).value();
    EXPECT_EQ(open.checkpoint.size, frontier.size());
    EXPECT_EQ(open.checkpoint.root, frontier.root());
}

TEST(FormatsDocument, CheckpointAndCosignature) {
    const auto open = open_checkpoint(example("checkpoint") + "\n", key("log-key")).value();
    EXPECT_EQ(open.checkpoint.origin, "cert-ke.example/log");
    ASSERT_EQ(open.note.signatures.size(), 2U);
    EXPECT_EQ(crypto::sign_note(open.note.text, sample::log_secret()), open.note.signatures[0]);
    const auto time = verify_cosignature(open.note.text, open.note.signatures[1], key("cosigner-key"));
    EXPECT_EQ(time, Time::from_seconds(1'764'000'000));
    EXPECT_EQ(cosign(open.note.text, sample::witness_secret(), *time), open.note.signatures[1]);
    EXPECT_EQ("cosignature/v1\ntime 1764000000\n" + open.note.text, example("cosigned-message") + "\n");
}

TEST(FormatsDocument, ProofFile) {
    const auto proof = Proof::parse(example("proof") + "\n").value();
    EXPECT_EQ(proof.index, 1U);
    EXPECT_EQ(proof.checkpoint, example("checkpoint") + "\n");
    const auto id = Digest::from_hex(example("share-id")).value();
    const std::vector<crypto::NamedKey> witnesses = {key("cosigner-key")};
    const auto verdict = verify_proof(proof, id.view(), key("log-key"), witnesses).value();
    EXPECT_EQ(verdict.cosigned.size(), 1U);
    EXPECT_FALSE(
        verify_proof(proof, Digest::from_hex(example("charter-id")).value().view(), key("log-key"), {}));
}

TEST(FormatsDocument, Submission) {
    const std::string& submission = example("submission");
    EXPECT_EQ(json::member(submission, "envelope").value(), example("share-envelope"));
    const auto objects = json::array_elements(submission, "objects").value();
    ASSERT_EQ(objects.size(), 3U);
    for (std::size_t i = 0; i < objects.size(); ++i)
        EXPECT_EQ(objects[i], example("object-" + std::to_string(i)));
    EXPECT_TRUE(json::array_elements(submission, "attachments").value().empty());
}

}  // namespace
}  // namespace comity::log
