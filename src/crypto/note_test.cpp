#include "crypto/note.h"

#include <gmock/gmock.h>

namespace comity::crypto {
namespace {

using testing::HasSubstr;

// C2SP signed-note's example.
constexpr std::string_view kVkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view kNote =
    "This is an example message.\n"
    "\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

// golang.org/x/mod/sumdb/note's example.
constexpr std::string_view kPeter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kPeterSecret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kPeterText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kPeterLine =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

NamedSecret secret(std::string name) {
    return {std::move(name), KeyType::kEd25519, SecretKey::generate()};
}

ErrorKind kind_of(const Result<std::vector<NamedKey>>& result) {
    return result.error().kind;
}

TEST(Note, ReadsAndVerifiesTheSpecificationsExample) {
    const auto note = parse_note(kNote);
    ASSERT_TRUE(note) << note.error().message();
    EXPECT_EQ(note->text, "This is an example message.\n");
    ASSERT_EQ(note->signatures.size(), 1u);
    EXPECT_EQ(note->signatures[0].name, "example.com/foo");
    EXPECT_EQ(note->signatures[0].id, 0x530d903au);
    EXPECT_EQ(note->signatures[0].bytes.size(), 64u);
    EXPECT_EQ(note->write(), kNote);
    const std::vector keys{*parse_public_key(kVkey)};
    const auto signers = verify_note(*note, keys);
    ASSERT_TRUE(signers) << signers.error().message();
    EXPECT_EQ(*signers, keys);
}

TEST(Note, SignsAsGosExampleDoes) {
    EXPECT_EQ(sign_note(kPeterText, *parse_secret_key(kPeterSecret)).line(), kPeterLine);
    const auto note = parse_note(std::string(kPeterText) + "\n" + std::string(kPeterLine));
    ASSERT_TRUE(note);
    EXPECT_TRUE(verify_note(*note, std::vector{*parse_public_key(kPeter)}));
}

TEST(Note, SplitsAtTheLastEmptyLine) {
    const NamedSecret a = secret("a");
    const std::string text = "one\n\ntwo\n\n— not a signature\n";
    const Note note{text, {sign_note(text, a)}};
    const auto back = parse_note(note.write());
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->text, text);
    EXPECT_TRUE(verify_note(*back, std::vector{a.public_part()}));
}

TEST(Note, OfAnEmptyLineIsANote) {
    const Note note{"\n", {sign_note("\n", secret("a"))}};
    const auto back = parse_note(note.write());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->text, "\n");
}

TEST(Note, PassesOverSignaturesByUnknownKeys) {
    const NamedSecret a = secret("a");
    const NamedSecret b = secret("b");
    const NamedSecret c = secret("c");
    Note note{"text\n", {sign_note("text\n", b), sign_note("text\n", a)}};
    EXPECT_EQ(*verify_note(note, std::vector{a.public_part()}), std::vector{a.public_part()});
    EXPECT_EQ(verify_note(note, std::vector{c.public_part(), a.public_part(), b.public_part()})->size(), 2u);
    EXPECT_EQ(kind_of(verify_note(note, std::vector{c.public_part()})), ErrorKind::kRefused);
    EXPECT_EQ(kind_of(verify_note(note, {})), ErrorKind::kRefused);
    // The same name with another key is another signer.
    EXPECT_EQ(kind_of(verify_note(note, std::vector{secret("a").public_part()})), ErrorKind::kRefused);
    note.signatures[0].bytes = {1, 2, 3};
    EXPECT_TRUE(verify_note(note, std::vector{a.public_part()}));
}

TEST(Note, AKnownKeysBadSignatureRefusesTheWholeNote) {
    const NamedSecret a = secret("a");
    const NamedSecret b = secret("b");
    Note note{"text\n", {sign_note("text\n", a), sign_note("other\n", b)}};
    EXPECT_TRUE(verify_note(note, std::vector{a.public_part()}));
    EXPECT_EQ(kind_of(verify_note(note, std::vector{a.public_part(), b.public_part()})), ErrorKind::kInvalid);
    note.signatures[1] = sign_note("text\n", b);
    note.signatures[1].bytes.pop_back();
    EXPECT_EQ(kind_of(verify_note(note, std::vector{a.public_part(), b.public_part()})), ErrorKind::kInvalid);
}

TEST(Note, NamesASignerOnce) {
    const NamedSecret a = secret("a");
    const Note note{"text\n", {sign_note("text\n", a), sign_note("text\n", a)}};
    EXPECT_EQ(verify_note(note, std::vector{a.public_part(), a.public_part()})->size(), 1u);
}

TEST(Note, CosignatureKeysDoNotSignNotes) {
    const NamedSecret a{"a", KeyType::kEd25519Cosignature, SecretKey::generate()};
    const Note note{"text\n", {sign_note("text\n", a)}};
    EXPECT_EQ(kind_of(verify_note(note, std::vector{a.public_part()})), ErrorKind::kRefused);
}

TEST(Note, HoldsThatTheTextIsAsSigned) {
    const std::vector keys{*parse_public_key(kVkey)};
    const Note note = *parse_note(kNote);
    for (std::size_t i = 0; i + 1 < note.text.size(); ++i) {
        Note changed = note;
        changed.text[i] ^= 1;
        EXPECT_EQ(kind_of(verify_note(changed, keys)), ErrorKind::kInvalid);
    }
}

TEST(Note, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < kNote.size(); ++size) {
        const auto note = parse_note(kNote.substr(0, size));
        ASSERT_FALSE(note) << size;
        EXPECT_EQ(note.error().kind, ErrorKind::kInvalid);
    }
}

TEST(Note, RefusesWhatHasNotItsForm) {
    const std::string text = "text\n\n";
    const std::string line(kPeterLine);
    EXPECT_TRUE(parse_note(text + line));
    const std::string bodies[] = {text,
                                  "text\n" + line,
                                  "text" + line,
                                  text + line + "\n",
                                  text + line + "more\n",
                                  text + "- a AAAAAAA=\n",
                                  text + "—a AAAAAAA=\n",
                                  text + "— a  AAAAAAA=\n",
                                  text + "— a AAAAAAA= \n",
                                  text + "— a AAAAAAA=\r\n",
                                  text + "— a+b AAAAAAA=\n",
                                  text + "— a\u00a0b AAAAAAA=\n",
                                  text + "—  AAAAAAA=\n",
                                  text + "— a\n",
                                  text + "— a \n",
                                  text + "— a AAAAAA==\n",
                                  text + "— a AAAAAAB=\n",
                                  text + "— a AAAAAAA\n",
                                  text + "— a AAA_AAA=\n",
                                  "te\x01xt\n\n" + line,
                                  "te\txt\n\n" + line,
                                  "te\rxt\n\n" + line,
                                  "te\xff" + std::string("xt\n\n") + line,
                                  std::string("te\0xt\n\n", 7) + line,
                                  "\n\n",
                                  "\n" + line,
                                  ""};
    for (const std::string& body : bodies) {
        EXPECT_FALSE(parse_note(body)) << body;
    }
    EXPECT_TRUE(parse_note(text + "— a AAAAAAA=\n"));
}

TEST(Note, NamesTheSignatureThatIsWrong) {
    const auto note = parse_note("text\n\n" + std::string(kPeterLine) + "— a ???\n");
    ASSERT_FALSE(note);
    EXPECT_THAT(note.error().message(), HasSubstr("note signature 2: base64"));
}

TEST(Note, LimitsSizeAndSignatures) {
    std::string text = "text\n\n";
    for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) text += kPeterLine;
    EXPECT_TRUE(parse_note(text));
    EXPECT_FALSE(parse_note(text + std::string(kPeterLine)));
    const std::string tail = "\n\n" + std::string(kPeterLine);
    EXPECT_TRUE(parse_note(std::string(kMaxNoteSize - tail.size(), 'a') + tail));
    EXPECT_FALSE(parse_note(std::string(kMaxNoteSize - tail.size() + 1, 'a') + tail));
}

}  // namespace
}  // namespace comity::crypto
