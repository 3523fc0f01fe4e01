#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/support/skip.hpp"

#include <cstdio>
#include <string>

namespace {

constexpr int skipped = 77;

bool nothing_ran = false;
std::string skip_reason;

/// doctest calls a run in which the filters match no test a success; a file that was renamed or
/// lost its tests must not pass that way.
struct EmptyRunListener : doctest::IReporter {
  explicit EmptyRunListener(const doctest::ContextOptions& /*options*/) {}

  void test_run_end(const doctest::TestRunStats& run) override {
    nothing_ran = run.numTestCasesPassingFilters == 0;
  }

  void report_query(const doctest::QueryData& /*query*/) override {}
  void test_run_start() override {}
  void test_case_start(const doctest::TestCaseData& /*test*/) override {}
  void test_case_reenter(const doctest::TestCaseData& /*test*/) override {}
  void test_case_end(const doctest::CurrentTestCaseStats& /*stats*/) override {}
  void test_case_exception(const doctest::TestCaseException& /*exception*/) override {}
  void subcase_start(const doctest::SubcaseSignature& /*subcase*/) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData& /*assertion*/) override {}
  void log_message(const doctest::MessageData& /*message*/) override {}
  void test_case_skipped(const doctest::TestCaseData& /*test*/) override {}
};

DOCTEST_REGISTER_LISTENER("empty-run", 1, EmptyRunListener);

}  // namespace

void barnabas::test::skip_test(std::string_view reason) { skip_reason = reason; }

int main(int count, char** arguments) {
  doctest::Context context(count, arguments);
  const int status = context.run();
  if (status == 0 && nothing_ran) {
    std::fputs("no test matches the filters\n", stderr);
    return 1;
  }
  if (status == 0 && !skip_reason.empty()) {
    std::printf("%s\n", skip_reason.c_str());
    return skipped;
  }
  return status;
}
