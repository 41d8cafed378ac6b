#pragma once
// Conformance: texts are kept, and attachments are found by their words and by nobody else's.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

class TextConformance : public CatalogConformance {
 protected:
  Texts& texts() { return catalog().texts(); }

  /// A file whose pages have these texts.
  Attachment add_read(UserId user, std::string filename, const std::vector<std::string>& pages) {
    NewAttachment made = file(std::move(filename));
    made.text_state = TextState::Pending;
    const Attachment row = add(user, std::move(made));
    put(row, pages);
    return row;
  }

  void put(const Attachment& row, const std::vector<std::string>& pages) {
    std::vector<PageText> made;
    for (const std::string& text : pages)
      made.push_back({.page = static_cast<std::int64_t>(made.size()) + 1, .text = text});
    must(texts().add_pages(row.blob.id, std::move(made), context_));
  }

  SearchPage search(UserId user, std::vector<SearchTerm> terms, std::size_t limit = 20, std::size_t offset = 0) {
    return must(
        texts().search({.user_id = user, .terms = std::move(terms), .limit = limit, .offset = offset}, context_));
  }

  /// Names of what the words find, each a term, the best first.
  std::vector<std::string> found(UserId user, const std::vector<std::string>& words) {
    std::vector<SearchTerm> terms;
    for (const std::string& word : words)
      terms.push_back({.phrase = word});
    return names(search(user, std::move(terms)));
  }

  static std::vector<std::string> names(const SearchPage& page) {
    std::vector<std::string> names;
    for (const SearchHit& hit : page.hits)
      names.push_back(hit.attachment.filename);
    return names;
  }

  void rename(const Attachment& row, std::string filename) {
    AttachmentChange change;
    change.filename = std::move(filename);
    must(catalog().update(row.user_id, row.id, std::move(change), std::nullopt, context_));
  }

  std::vector<Job> jobs(std::string_view kind) {
    return must(catalog().lease_jobs(std::string(kind), 100, 1min, context_));
  }
};

using Names = std::vector<std::string>;

inline std::vector<std::string> pieces(const std::string& text, const std::vector<TextSpan>& spans) {
  std::vector<std::string> pieces;
  for (const TextSpan& span : spans)
    pieces.push_back(text.substr(span.begin, span.length));
  return pieces;
}

// --- what is found ---------------------------------------------------------------------------------------------------

TEST_P(TextConformance, FindsByNameTagMetadataAndText) {
  NewAttachment made = file("Holiday plan.txt");
  made.tags = {"family", "beach trip"};
  made.metadata = R"({"place":"Lisbon","year":2024,"with":["Zoë",{"x":"Tom"}],"done":false})";
  const Attachment row = add(kAnna, std::move(made));
  put(row, {"Bring sunscreen.", "And a hat."});
  for (const char* word :
       {"holiday", "PLAN", "txt", "family", "beach", "lisbon", "2024", "zoe", "tom", "sunscreen", "hat"})
    EXPECT_EQ(found(kAnna, {word}), Names{"Holiday plan.txt"}) << word;
  for (const char* word : {"place", "with", "done", "false", "holi", "sunscreenhat", "missing"})
    EXPECT_EQ(found(kAnna, {word}), Names{}) << word;
}

TEST_P(TextConformance, SaysWhereItWasFound) {
  NewAttachment made = file("tax report.pdf");
  made.tags = {"tax"};
  made.metadata = R"({"kind":"tax"})";
  const Attachment row = add(kAnna, std::move(made));
  put(row, {"No such word.", "The Täx of taxes; tax", "tax"});
  const SearchPage page = search(kAnna, {{.phrase = "tax"}});
  ASSERT_EQ(page.hits.size(), 1U);
  const SearchHit& hit = page.hits[0];
  EXPECT_EQ(pieces(hit.attachment.filename, hit.filename_marks), Names{"tax"});
  EXPECT_TRUE(hit.is_in_tags);
  EXPECT_TRUE(hit.is_in_metadata);
  ASSERT_EQ(hit.pages.size(), 2U);
  EXPECT_EQ(hit.pages[0].page.page, 2);
  EXPECT_EQ(pieces(hit.pages[0].page.text, hit.pages[0].marks), (Names{"Täx", "tax"}));
  EXPECT_EQ(hit.pages[1].page.page, 3);
  EXPECT_EQ(hit.pages[1].marks, (std::vector<TextSpan>{{.begin = 0, .length = 3}}));
}

TEST_P(TextConformance, SaysWhereItWasNotFound) {
  add_read(kAnna, "a.txt", {"tax"});
  const SearchPage page = search(kAnna, {{.phrase = "tax"}, {.phrase = "none", .is_excluded = true}});
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_TRUE(page.hits[0].filename_marks.empty());
  EXPECT_FALSE(page.hits[0].is_in_tags);
  EXPECT_FALSE(page.hits[0].is_in_metadata);
  EXPECT_FALSE(page.has_more);
}

TEST_P(TextConformance, ShowsTheBestPagesOnly) {
  add_read(kAnna, "a.txt", {"cat", "cat cat", "dog", "cat cat cat cat", "cat cat cat"});
  const SearchPage page = search(kAnna, {{.phrase = "cat"}});
  ASSERT_EQ(page.hits.size(), 1U);
  std::vector<std::int64_t> numbers;
  for (const PageMatch& match : page.hits[0].pages)
    numbers.push_back(match.page.page);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{4, 5, 2}));
}

TEST_P(TextConformance, TermsMayStandInDifferentPlaces) {
  add_read(kAnna, "invoice.pdf", {"from Smith", "to Jones"});
  add_read(kAnna, "letter.pdf", {"from Smith"});
  EXPECT_EQ(found(kAnna, {"smith", "jones", "invoice"}), Names{"invoice.pdf"});
  EXPECT_EQ(found(kAnna, {"smith", "jones", "letter"}), Names{});
  const SearchPage page = search(kAnna, {{.phrase = "smith"}, {.phrase = "jones"}});
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_EQ(page.hits[0].pages.size(), 2U);
}

TEST_P(TextConformance, APhraseStandsInOnePlaceAndInOrder) {
  add_read(kAnna, "a.txt", {"the quick, brown fox", "jumps"});
  EXPECT_EQ(found(kAnna, {"quick brown"}), Names{"a.txt"});
  EXPECT_EQ(found(kAnna, {"brown quick"}), Names{});
  EXPECT_EQ(found(kAnna, {"quick fox"}), Names{});
  EXPECT_EQ(found(kAnna, {"fox jumps"}), Names{}) << "not from page to page";
}

TEST_P(TextConformance, APrefixIsThatOfTheLastWord) {
  add_read(kAnna, "a.txt", {"green apples"});
  const auto prefix = [&](std::string phrase) {
    return names(search(kAnna, {{.phrase = std::move(phrase), .is_prefix = true}}));
  };
  EXPECT_EQ(prefix("app"), Names{"a.txt"});
  EXPECT_EQ(prefix("APPLES"), Names{"a.txt"});
  EXPECT_EQ(prefix("green ap"), Names{"a.txt"});
  EXPECT_EQ(prefix("gre apples"), Names{});
  EXPECT_EQ(prefix("pples"), Names{});
  EXPECT_EQ(found(kAnna, {"app"}), Names{});
}

TEST_P(TextConformance, ExcludedTermsMustNotStandAnywhere) {
  add_read(kAnna, "a.txt", {"cat"});
  add_read(kAnna, "b.txt", {"cat", "dog"});
  add_read(kAnna, "dog.txt", {"cat"});
  const SearchTerm cat{.phrase = "cat"};
  EXPECT_EQ(names(search(kAnna, {cat, {.phrase = "dog", .is_excluded = true}})), Names{"a.txt"});
  EXPECT_EQ(names(search(kAnna, {cat, {.phrase = "do", .is_prefix = true, .is_excluded = true}})), Names{"a.txt"});
  EXPECT_EQ(names(search(kAnna, {{.phrase = "dog", .is_excluded = true}})), Names{}) << "nothing is asked for";
  EXPECT_EQ(search(kAnna, {cat, {.phrase = "...", .is_excluded = true}}).hits.size(), 3U);
}

TEST_P(TextConformance, LettersAreComparedWithoutCaseAndDiacritics) {
  add_read(kAnna, "Übersicht.pdf", {"Crème brûlée, Straße, ﬁnal, ΟΔΟΣ, Ёлка"});
  for (const char* word :
       {"ubersicht", "ÜBERSICHT", "creme", "BRULEE", "STRASSE", "strasse", "final", "ﬁnal", "οδος", "елка"})
    EXPECT_EQ(found(kAnna, {word}), Names{"Übersicht.pdf"}) << word;
}

TEST_P(TextConformance, FindsAnyPartOfASentenceWithoutSpaces) {
  add_read(kAnna, "a.txt", {"日本の首都は東京都です。", "대한민국의 수도는 서울이다"});
  const SearchPage page = search(kAnna, {{.phrase = "東京"}});
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_EQ(pieces(page.hits[0].pages.at(0).page.text, page.hits[0].pages.at(0).marks), Names{"東京"});
  EXPECT_EQ(found(kAnna, {"서울"}), Names{"a.txt"});
  EXPECT_EQ(found(kAnna, {"京東"}), Names{});
}

TEST_P(TextConformance, WithoutAWordNothingIsFound) {
  add_read(kAnna, "a.txt", {"one"});
  EXPECT_EQ(names(search(kAnna, {})), Names{});
  for (const char* term : {"", " ", "...", "-", "\"", "*", "\xFF\xFE"})
    EXPECT_EQ(found(kAnna, {term}), Names{}) << term;
  EXPECT_EQ(found(kAnna, {"one", "---"}), Names{"a.txt"}) << "a term without a word is passed over";
}

TEST_P(TextConformance, TermsAreWordsAndNeverSyntax) {
  add_read(kAnna, "a.txt", {"one two NEAR or owner 7"});
  add_read(kBert, "b.txt", {"one secret 8"});
  const std::string long_quotes(10'000, '"');
  for (const std::string& term :
       {std::string("\""), std::string("one\""), std::string("\"one"), std::string("one*"), std::string("^one"),
        std::string("one\" OR \"secret"), std::string("NEAR(one two)"), std::string("owner:8"),
        std::string("owner : \"8\" AND secret"), std::string("{owner text} : 8"), std::string("text:one"),
        std::string("one OR two"), std::string("one NOT two"), std::string("') OR 1=1 --"), long_quotes,
        std::string("one") + long_quotes, std::string("a\0b", 3), std::string("one + two"), std::string("-text : one")})
    for (const std::string& name : found(kAnna, {term}))
      EXPECT_EQ(name, "a.txt") << term;
  EXPECT_EQ(found(kAnna, {"one*"}), Names{"a.txt"}) << "the star is no letter";
  EXPECT_EQ(found(kAnna, {"one OR two"}), Names{});
  EXPECT_EQ(found(kAnna, {"two NEAR or"}), Names{"a.txt"});
  EXPECT_EQ(found(kAnna, {"owner:8"}), Names{});
  EXPECT_EQ(found(kAnna, {"owner:7"}), Names{"a.txt"}) << "as a phrase of the text";
  EXPECT_EQ(found(kAnna, {"one" + long_quotes}), Names{"a.txt"});
}

// --- in which order --------------------------------------------------------------------------------------------------

TEST_P(TextConformance, NamesWeighMoreThanTexts) {
  add_read(kAnna, "letter.txt", {"cat cat cat"});
  add_read(kAnna, "cat.txt", {"nothing"});
  NewAttachment tagged = file("tagged.txt");
  tagged.tags = {"cat"};
  add(kAnna, std::move(tagged));
  NewAttachment described = file("described.txt");
  described.metadata = R"({"animal":"cat"})";
  add(kAnna, std::move(described));
  EXPECT_EQ(found(kAnna, {"cat"}), (Names{"cat.txt", "tagged.txt", "described.txt", "letter.txt"}));
}

TEST_P(TextConformance, OfEqualHitsTheYoungestComesFirst) {
  for (const char* name : {"cat 1", "cat 2", "cat 3"})
    add(kAnna, file(name));
  EXPECT_EQ(found(kAnna, {"cat"}), (Names{"cat 3", "cat 2", "cat 1"}));
}

TEST_P(TextConformance, GivesHitsInPages) {
  for (int i = 0; i < 5; ++i)
    add(kAnna, file("cat " + std::to_string(i)));
  const SearchPage first = search(kAnna, {{.phrase = "cat"}}, 2);
  EXPECT_EQ(names(first), (Names{"cat 4", "cat 3"}));
  EXPECT_TRUE(first.has_more);
  const SearchPage last = search(kAnna, {{.phrase = "cat"}}, 3, 2);
  EXPECT_EQ(names(last), (Names{"cat 2", "cat 1", "cat 0"}));
  EXPECT_FALSE(last.has_more);
  EXPECT_EQ(names(search(kAnna, {{.phrase = "cat"}}, 2, 5)), Names{});
  EXPECT_EQ(names(search(kAnna, {{.phrase = "cat"}}, 2, std::numeric_limits<std::size_t>::max())), Names{});
  const SearchPage none = search(kAnna, {{.phrase = "cat"}}, 0);
  EXPECT_TRUE(none.hits.empty());
  EXPECT_TRUE(none.has_more);
}

// --- whose it is -----------------------------------------------------------------------------------------------------

TEST_P(TextConformance, AnothersTextIsNeverFound) {
  add_read(kBert, "secret.txt", {"password hunter2"});
  EXPECT_EQ(found(kAnna, {"secret"}), Names{});
  EXPECT_EQ(found(kAnna, {"hunter2"}), Names{});
  EXPECT_EQ(found(kBert, {"hunter2"}), Names{"secret.txt"});
  const UserId digits{78};  // an id that begins like others
  EXPECT_EQ(found(digits, {"secret"}), Names{});
}

TEST_P(TextConformance, OthersFilesChangeNoRank) {
  add_read(kAnna, "a.txt", {"cat and dog"});
  add_read(kAnna, "b.txt", {"cat cat, no other", "dog"});
  const SearchPage before = search(kAnna, {{.phrase = "cat"}, {.phrase = "dog"}});
  for (int i = 0; i < 20; ++i)
    add_read(kBert, "cat.txt", {"cat", "cat cat cat"});
  const SearchPage after = search(kAnna, {{.phrase = "cat"}, {.phrase = "dog"}});
  ASSERT_EQ(names(before), names(after));
  ASSERT_EQ(after.hits.size(), 2U);
  for (std::size_t i = 0; i < after.hits.size(); ++i)
    EXPECT_EQ(before.hits[i].score, after.hits[i].score);
}

TEST_P(TextConformance, AllAttachmentsOfABlobAreFoundByItsText) {
  const NewAttachment made = file("first.txt");
  const Attachment first = add(kAnna, made);
  NewAttachment again = made;
  again.filename = "second.txt";
  const Attachment second = add(kAnna, again);
  put(first, {"shared"});
  EXPECT_EQ(found(kAnna, {"shared"}), (Names{"second.txt", "first.txt"}));
  EXPECT_EQ(must(find(kAnna, second.id)).blob.text_state, TextState::Pending);
  remove(kAnna, {first.id});
  EXPECT_EQ(found(kAnna, {"shared"}), Names{"second.txt"});
}

TEST_P(TextConformance, WhatIsDeletedOrExpiredIsNotFound) {
  const Attachment gone = add_read(kAnna, "gone cat.txt", {"cat"});
  NewAttachment made = file("old cat.txt");
  made.expires_at = clock_.now() + 1s;
  const Attachment expired = add(kAnna, std::move(made));
  put(expired, {"cat"});
  EXPECT_EQ(found(kAnna, {"cat"}).size(), 2U);
  remove(kAnna, {gone.id});
  EXPECT_EQ(found(kAnna, {"cat"}), Names{"old cat.txt"});
  clock_.advance(1s);
  EXPECT_EQ(found(kAnna, {"cat"}), Names{});
  must(catalog().remove_expired(10, context_));
  EXPECT_EQ(found(kAnna, {"cat"}), Names{});
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
}

// --- changes ---------------------------------------------------------------------------------------------------------

TEST_P(TextConformance, AnOldNameIsNotFound) {
  const Attachment row = add(kAnna, file("old.txt"));
  EXPECT_EQ(found(kAnna, {"old"}), Names{"old.txt"});
  rename(row, "new.txt");
  EXPECT_EQ(found(kAnna, {"old"}), Names{});
  EXPECT_EQ(found(kAnna, {"new"}), Names{"new.txt"});
  AttachmentChange change;
  change.tags = std::vector<std::string>{"red"};
  change.metadata = R"({"x":"blue"})";
  must(catalog().update(kAnna, row.id, std::move(change), std::nullopt, context_));
  EXPECT_EQ(found(kAnna, {"red", "blue", "new"}), Names{"new.txt"});
}

TEST_P(TextConformance, ANameThatWasChangedBeforeItWasEverSearchedIsTheNewOne) {
  const Attachment row = add(kAnna, file("old.txt"));
  rename(row, "new.txt");
  EXPECT_EQ(found(kAnna, {"old"}), Names{});
  EXPECT_EQ(found(kAnna, {"new"}), Names{"new.txt"});
}

TEST_P(TextConformance, NamesCanBeIndexedAhead) {
  for (int i = 0; i < 5; ++i)
    add(kAnna, file("cat.txt"));
  EXPECT_EQ(must(texts().index_names(2, context_)), 2U);
  EXPECT_EQ(must(texts().index_names(100, context_)), 3U);
  EXPECT_EQ(must(texts().index_names(100, context_)), 0U);
  EXPECT_EQ(found(kAnna, {"cat"}).size(), 5U);
}

TEST_P(TextConformance, ManyNamesAreFoundAtOnce) {
  std::vector<NewAttachment> files;
  for (int i = 0; i < 1200; ++i)
    files.push_back(file("cat " + std::to_string(i)));
  must(catalog().add(kAnna, std::move(files), {}, std::nullopt, context_));
  EXPECT_EQ(found(kAnna, {"1199"}), Names{"cat 1199"});
  EXPECT_EQ(search(kAnna, {{.phrase = "cat"}}, 10'000).hits.size(), 1200U);
}

TEST_P(TextConformance, PagesAreReplaced) {
  const Attachment row = add_read(kAnna, "a.txt", {"one", "two"});
  must(texts().add_pages(row.blob.id, {{.page = 2, .text = "three"}}, context_));
  EXPECT_EQ(found(kAnna, {"two"}), Names{});
  EXPECT_EQ(found(kAnna, {"one", "three"}), Names{"a.txt"});
  EXPECT_EQ(must(texts().pages_after(row.blob.id, 0, 10, context_)).size(), 2U);
}

TEST_P(TextConformance, ClearedPagesAreNotFound) {
  std::vector<std::string> pages(40, std::string(5000, 'x') + " cat");
  const Attachment row = add_read(kAnna, "a.txt", pages);
  const Attachment other = add_read(kAnna, "b.txt", {"cat"});
  EXPECT_EQ(found(kAnna, {"cat"}).size(), 2U);
  must(texts().clear_pages(row.blob.id, context_));
  EXPECT_EQ(found(kAnna, {"cat"}), Names{"b.txt"});
  EXPECT_TRUE(must(texts().pages_after(row.blob.id, 0, 10, context_)).empty());
  EXPECT_EQ(must(texts().pages_after(other.blob.id, 0, 10, context_)).size(), 1U);
  must(texts().clear_pages(BlobId{999'999}, context_));
}

TEST_P(TextConformance, RebuildingTheIndexChangesNothing) {
  add_read(kAnna, "cat.txt", {"dog", "bird"});
  add_read(kBert, "b.txt", {"dog"});
  must(texts().rebuild_index(context_));
  EXPECT_EQ(found(kAnna, {"cat", "dog", "bird"}), Names{"cat.txt"});
  EXPECT_EQ(found(kBert, {"dog"}), Names{"b.txt"});
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
}

// --- keeping ---------------------------------------------------------------------------------------------------------

TEST_P(TextConformance, GivesPagesBackAsTheyWere) {
  const Attachment row = add(kAnna, file("a.pdf"));
  const std::vector<PageText> pages{
      {.page = 1, .source = TextSource::Embedded, .text = "Hello wörld"},
      {.page = 7,
       .source = TextSource::Ocr,
       .text = "scanned text",
       .words = {{.begin = 0, .length = 7, .left = 1, .top = 2, .right = 3, .bottom = 65535, .confidence = 88},
                 {.begin = 8, .length = 4, .left = 500, .top = 2, .right = 900, .bottom = 10}},
       .confidence = 91},
      {.page = kLastPage, .text = ""}};
  must(texts().add_pages(row.blob.id, {pages[2], pages[1], pages[0]}, context_));
  EXPECT_EQ(must(texts().pages_after(row.blob.id, 0, 10, context_)), pages);
  EXPECT_EQ(must(texts().pages_after(row.blob.id, -5, 10, context_)), pages);
  EXPECT_EQ(must(texts().pages_after(row.blob.id, 1, 1, context_)), (std::vector<PageText>{pages[1]}));
  EXPECT_TRUE(must(texts().pages_after(row.blob.id, kLastPage, 10, context_)).empty());
  EXPECT_TRUE(must(texts().pages_after(BlobId{999'999}, 0, 10, context_)).empty());
}

TEST_P(TextConformance, GivesNoMorePagesAtOnceThanFitIntoMemory) {
  const std::string text(400 * 1024, 'x');
  const Attachment row = add_read(kAnna, "a.txt", {text, text, text, text});
  EXPECT_EQ(must(texts().pages_after(row.blob.id, 0, 100, context_)).size(), 3U);
  EXPECT_EQ(must(texts().pages_after(row.blob.id, 3, 100, context_)).size(), 1U);
}

TEST_P(TextConformance, RefusesPagesThatCannotBe) {
  const Attachment row = add(kAnna, file("a.txt"));
  for (const std::int64_t page : {std::int64_t{0}, std::int64_t{-1}, kLastPage + 1}) {
    EXPECT_EQ(failure_of(await(texts().add_pages(row.blob.id, {{.page = page, .text = "x"}}, context_))),
              ErrorKind::InvalidArgument);
  }
  EXPECT_EQ(failure_of(await(texts().add_pages(BlobId{999'999}, {{.page = 1, .text = "x"}}, context_))),
            ErrorKind::NotFound);
}

TEST_P(TextConformance, TheStateIsThatOfAllAttachmentsOfTheBlob) {
  NewAttachment made = file("a.txt");
  EXPECT_EQ(must(find(kAnna, add(kAnna, file("b.txt")).id)).blob.text_state, TextState::None);
  made.text_state = TextState::Pending;
  const Attachment row = add(kAnna, made);
  made.text_state = TextState::None;
  const Attachment other = add(kAnna, made);
  EXPECT_EQ(row.blob.text_state, TextState::Pending);
  EXPECT_EQ(other.blob.text_state, TextState::Pending) << "the blob's, not what was asked for";
  EXPECT_FALSE(must(texts().find_text(row.blob.id, context_)));
  const TextOutcome done{.state = TextState::Done, .language = "deu+eng", .is_truncated = true};
  must(texts().end_text(row.blob.id, done, context_));
  EXPECT_EQ(must(texts().find_text(row.blob.id, context_)), done);
  for (const Attachment& listed : all(kAnna))
    EXPECT_EQ(listed.blob.text_state, listed.filename == "a.txt" ? TextState::Done : TextState::None);
  EXPECT_EQ(must(find(kAnna, other.id)).blob.text_state, TextState::Done);
  const TextOutcome failed{.state = TextState::Failed, .failure = "encrypted"};
  must(texts().end_text(row.blob.id, failed, context_));
  EXPECT_EQ(must(texts().find_text(row.blob.id, context_)), failed);
  EXPECT_EQ(must(find(kAnna, row.id)).blob.text_state, TextState::Failed);
  EXPECT_EQ(row.version, must(find(kAnna, row.id)).version) << "nobody has changed it";
  EXPECT_EQ(failure_of(await(texts().end_text(BlobId{999'999}, done, context_))), ErrorKind::NotFound);
}

TEST_P(TextConformance, IsReadAgain) {
  const Attachment row = add_read(kAnna, "a.txt", {"cat"});
  must(texts().end_text(row.blob.id, {.state = TextState::Failed, .failure = "timeout"}, context_));
  EXPECT_EQ(failure_of(await(texts().read_again(kBert, row.id, context_))), ErrorKind::NotFound);
  EXPECT_TRUE(jobs(kReadText).empty());
  must(texts().read_again(kAnna, row.id, context_));
  EXPECT_EQ(must(find(kAnna, row.id)).blob.text_state, TextState::Pending);
  EXPECT_FALSE(must(texts().find_text(row.blob.id, context_)));
  EXPECT_EQ(found(kAnna, {"cat"}), Names{"a.txt"}) << "until it is replaced";
  must(texts().read_again(kAnna, row.id, context_));  // nothing happens: it is waited for already
  const auto queued = jobs(kReadText);
  ASSERT_EQ(queued.size(), 1U);
  EXPECT_EQ(queued[0].payload, R"({"user":7,"attachment":)" + std::to_string(row.id.value) + "}");
}

TEST_P(TextConformance, ABlobThatGoesHasItsTextForgotten) {
  const Attachment row = add_read(kAnna, "a.txt", {"cat"});
  must(texts().end_text(row.blob.id, {.state = TextState::Done}, context_));
  const Attachment plain = add(kAnna, file("b.txt"));
  remove(kAnna, {row.id, plain.id});
  const auto queued = jobs(kForgetText);
  ASSERT_EQ(queued.size(), 1U) << "only for the one with a text";
  EXPECT_EQ(queued[0].payload, R"({"blob":)" + std::to_string(row.blob.id.value) + "}");
  EXPECT_FALSE(must(texts().find_text(row.blob.id, context_)));
  EXPECT_EQ(failure_of(await(texts().add_pages(row.blob.id, {{.page = 2, .text = "x"}}, context_))),
            ErrorKind::NotFound);
  must(texts().clear_pages(row.blob.id, context_));
  EXPECT_TRUE(must(texts().pages_after(row.blob.id, 0, 10, context_)).empty());
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
}

TEST_P(TextConformance, AnExpiredBlobHasItsTextForgottenToo) {
  NewAttachment made = file("a.txt");
  made.expires_at = clock_.now() + 1s;
  const Attachment row = add(kAnna, std::move(made));
  put(row, {"cat"});
  clock_.advance(1s);
  EXPECT_EQ(must(catalog().remove_expired(10, context_)), 1U);
  EXPECT_EQ(jobs(kForgetText).size(), 1U) << "pages make a text of a blob that had none";
}

}  // namespace holdall::catalog::testing
