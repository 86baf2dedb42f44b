#include "converters/experiment/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neurons/models.h"

namespace synfire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kSmall = R"([run]
duration = "10 ms"
[population.a]
model = "lif_exp"
size = 4
tau_mem = "10 ms"
[population.b]
model = "lif"
size = 4
[projection.ab]
source = "a"
target = "a"
rule = "pairwise_bernoulli"
probability = 0.5
weight = "1 nA"
delay = "1.5 ms"
)";

ExperimentFile small_file() { return {kSmall, "e.toml"}; }

Experiment resolved(const ExperimentFile& file) {
  return file.resolve(model_registry()).experiment;
}

/// The messages of the failure that the text, or the small one with it appended, gives.
std::vector<std::string> faults(const ExperimentFile& file) {
  try {
    file.resolve(model_registry());
  } catch (const Failure& failure) {
    std::vector<std::string> texts;
    for (const Diagnostic& each : failure.diagnostics()) texts.push_back(to_string(each));
    return texts;
  }
  return {};
}
std::vector<std::string> faults_with(const std::string& more) {
  return faults(ExperimentFile(std::string(kSmall) + more, "e.toml"));
}
std::vector<std::string> faults_of(const std::string& assignment) {
  ExperimentFile file = small_file();
  file.set(assignment);
  return faults(file);
}

TEST(ExperimentFiles, QuantitiesAreInTheUnitsOfTheDescriptors) {
  const Experiment experiment = resolved(small_file());
  EXPECT_EQ(experiment.duration_ms, 10);
  EXPECT_EQ(number_or(experiment.network.population("a").parameters, "tau_mem_ms", 0, ""), 10);
  const auto& rule = std::get<RandomRule>(experiment.network.projections[0].connectivity);
  EXPECT_EQ(rule.weight.first, 1000);  // pA
  EXPECT_EQ(rule.number, 0.5);
}

TEST(ExperimentFiles, PopulationsKeepTheOrderOfTheFile) {
  const ExperimentFile file(
      "run.duration = \"1 ms\"\n[population.z]\nmodel = \"lif\"\nsize = 1\n"
      "[population.a]\nmodel = \"lif\"\nsize = 1\n",
      "e.toml");
  EXPECT_EQ(resolved(file).network.populations[0].name, "z");
}

TEST(ExperimentFiles, TheResolvedTextGivesTheSameExperiment) {
  ExperimentFile file = small_file();
  file.set("run.duration=20ms");
  const ResolvedExperiment first = file.resolve(model_registry());
  const ResolvedExperiment second = ExperimentFile(first.text, "again").resolve(model_registry());
  EXPECT_EQ(first.text, second.text);
  EXPECT_EQ(content_hash(first.experiment.network), content_hash(second.experiment.network));
  EXPECT_EQ(second.experiment.duration_ms, 20);
  EXPECT_THAT(first.text, HasSubstr("dt = \"0.1 ms\""));  // defaults are in it
}

TEST(ExperimentFiles, AreReadAgainFromTheirSource) {
  ExperimentFile file(ExperimentSource{"folder/e.toml", std::string(kSmall)});
  file.set("run.seed=7"), file.set("sweep.\"run.seed\"=[1, 2]");
  const ExperimentFile again(file.source());
  EXPECT_EQ(again.runs(), 2U);
  for (const std::uint64_t run : {0U, 1U})
    EXPECT_EQ(again.run(run).file.resolve(model_registry()).text,
              file.run(run).file.resolve(model_registry()).text);
  EXPECT_EQ(again.resolve(model_registry()).experiment.network.name, "e");
}

TEST(ExperimentFiles, UnknownKeysAreToldWithPlaceAndNearestName) {
  EXPECT_THAT(faults_with("[run.extra]\n"),
              ElementsAre(HasSubstr("error[E0211] e.toml:17:6: run.extra")));
  const auto found = faults_with("[population.c]\nmodel = \"lif\"\nsize = 1\ntau_men = \"1 ms\"\n");
  EXPECT_THAT(found, ElementsAre(testing::AllOf(HasSubstr("e.toml:20:1: population.c.tau_men"),
                                                HasSubstr("did you mean 'tau_mem'?"))));
}

TEST(ExperimentFiles, ADescriptorsNameWithItsUnitIsHintedAt) {
  EXPECT_THAT(faults_of("population.a.tau_syn_exc_ms=5"),
              ElementsAre(HasSubstr("did you mean 'tau_syn_exc'?")));
}

TEST(ExperimentFiles, AllFaultsAreToldAtOnce) {
  EXPECT_THAT(
      faults_with("[population.c]\nmodel = \"lfi\"\nsize = 0\n[projection.x]\nsource = \"q\"\n"
                  "target = \"a\"\nrule = \"all\"\nweight = \"1 mV\"\ndelay = 1\n"),
      ElementsAre(HasSubstr("population.c.model"), HasSubstr("population.c.size"),
                  HasSubstr("projection.x.source"), HasSubstr("projection.x.rule"),
                  HasSubstr("'1 mV' is a voltage, a current is needed"),
                  HasSubstr("1 has no unit, a time is needed")));
}

TEST(ExperimentFiles, ValuesOutsideTheirRangeAreRefused) {
  EXPECT_THAT(faults_of("population.a.refractory=\"-1 ms\""), ElementsAre(HasSubstr("is outside")));
  EXPECT_THAT(faults_of("projection.ab.probability=1.5"), ElementsAre(HasSubstr("is outside")));
  EXPECT_THAT(faults_of("run.threads=0"), ElementsAre(HasSubstr("is outside")));
}

TEST(ExperimentFiles, WhatTheNetworksOwnChecksFindIsToldAtItsPlace) {
  EXPECT_THAT(faults_of("projection.ab.receptor=3"),
              ElementsAre(testing::AllOf(HasSubstr("(--set projection.ab.receptor=3)"),
                                         HasSubstr("receptor 3"))));
  EXPECT_THAT(faults(ExperimentFile(std::string(kSmall) + "receptor = 3\n", "e.toml")),
              ElementsAre(HasSubstr("e.toml:17:1: projections.ab.receptor")));
}

TEST(ExperimentFiles, SettingsAreLocatedOnTheCommandLine) {
  EXPECT_THAT(faults_of("run.durations=2s"),
              ElementsAre(HasSubstr("command line (--set run.durations=2s): run.durations")));
}

TEST(ExperimentFiles, SettingsNeedNoQuotes) {
  ExperimentFile file = small_file();
  file.set("run.duration=2s");
  file.set("run.seed=7");
  file.set("population.a.v_reset=-3 mV");
  EXPECT_EQ(resolved(file).duration_ms, 2000);
  EXPECT_EQ(resolved(file).network.seed, 7U);
  EXPECT_THROW(file.set("run.seed"), Failure);
  EXPECT_THROW(file.set("=3"), Failure);
}

TEST(ExperimentFiles, SyntaxErrorsHaveTheirPlace) {
  try {
    ExperimentFile("[run]\nduration = \"1 ms\nseed = 1\n", "e.toml");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("error[E0210] e.toml:2:"));
  }
}

TEST(ExperimentFiles, LettersBeyondAsciiAreForTextsAndComments) {
  const ExperimentFile file(
      "# \u03c4\nname = \"\u03c4 \\\" \"\ndescription = \"\"\"\n\u03c4\"\"\"\n" +
          std::string(kSmall),
      "e.toml");
  EXPECT_EQ(resolved(file).network.name, "\u03c4 \" ");
  for (const char* text :
       {"run.\u03c4 = 1\n", "\u0186", "a = 1 \u00a0\n", "a\x01 = 1\n", "# \x02\n"})
    EXPECT_THROW(ExperimentFile(text, "e.toml"), Failure) << text;
}

TEST(ExperimentFiles, ListsOfPopulationsGiveAProjectionEach) {
  ExperimentFile file = small_file();
  file.set("projection.ab.source=[\"a\", \"b\"]");
  const Network network = resolved(file).network;
  ASSERT_EQ(network.projections.size(), 2U);
  EXPECT_EQ(network.projections[1].source, "b");
  EXPECT_EQ(network.projections[1].name, "ab:b->a");
}

TEST(ExperimentFiles, AStimulusIsAPopulationOfGenerators) {
  const ExperimentFile file(std::string(kSmall) +
                                "[stimulus.in]\nmodel = \"poisson\"\ntarget = [\"a\", \"b\"]\n"
                                "rate = \"1 kHz\"\nweight = \"1 pA\"\n",
                            "e.toml");
  EXPECT_THAT(faults(file), ElementsAre(HasSubstr("weights of different units")));
  ExperimentFile one = file;
  one.set("stimulus.in.target=a");
  const Network network = resolved(one).network;
  EXPECT_EQ(network.populations.back().model, "poisson");
  EXPECT_EQ(number_or(network.populations.back().parameters, "rate_hz", 0, ""), 1000);
  EXPECT_EQ(network.projections.back().target, "a");
}

TEST(ExperimentFiles, WeightsAndDelaysMayBeDrawn) {
  ExperimentFile file = small_file();
  file.set(R"(projection.ab.weight={distribution="normal", mean="1 nA", std="10 pA", low="0 pA"})");
  file.set(R"(projection.ab.delay={distribution="uniform", low="1 ms", high="2000 us"})");
  const Projection projection = resolved(file).network.projections[0];
  const auto& rule = std::get<RandomRule>(projection.connectivity);
  EXPECT_EQ(rule.weight.kind, DistributionKind::normal);
  EXPECT_EQ(rule.weight.first, 1000);
  EXPECT_EQ(rule.weight.second, 10);
  EXPECT_EQ(rule.delay_ms->second, 2);
  EXPECT_THAT(faults_of(R"(projection.ab.weight={distribution="normal", mean="1 nA", sd="1 pA"})"),
              ElementsAre(HasSubstr("needs std"), HasSubstr("projection.ab.weight.sd")));
}

TEST(ExperimentFiles, ProbesAskForWhatTheModelHas) {
  const std::string probe = "[probe.p]\npopulation = \"a\"\n";
  EXPECT_THAT(faults_with(probe + "variable = \"u\"\n"),
              ElementsAre(testing::AllOf(HasSubstr("e.toml:19:1: probe.p.variable"),
                                         HasSubstr("state of model lif_exp 'u'"),
                                         HasSubstr("did you mean 'v'?"))));
  EXPECT_THAT(faults_with(probe + "variable = \"v\"\ninterval = \"0.25 ms\"\n"),
              ElementsAre(HasSubstr("no multiple of run.dt")));
  EXPECT_THAT(faults_with(probe + "variable = \"v\"\nneurons = [1, 4]\n"),
              ElementsAre(HasSubstr("4 is not a neuron of a")));
  EXPECT_THAT(faults_with("[probe.p]\nprojection = \"ab\"\n"),
              ElementsAre(HasSubstr("has no plasticity")));
  const Experiment experiment = resolved(
      ExperimentFile(std::string(kSmall) + probe + "variable = \"v\"\nneurons = \"1:4:2\"\n", "e"));
  EXPECT_THAT(experiment.probes[0].neurons, ElementsAre(1, 3));
}

TEST(Sweeps, AGridHasEveryValueWithEveryOther) {
  ExperimentFile file(std::string(kSmall) +
                          "[sweep]\n\"run.seed\" = [1, 2, 3]\n"
                          "\"projection.ab.weight\" = [\"1 pA\", \"2 pA\"]\n",
                      "e.toml");
  EXPECT_EQ(file.runs(), 6U);
  const ExperimentFile::Run run = file.run(3);
  EXPECT_EQ(run.settings[0].value, "2");
  EXPECT_EQ(run.settings[1].value, "\"2 pA\"");
  EXPECT_EQ(resolved(run.file).network.seed, 2U);
}

TEST(Sweeps, AListTakesValuesTogether) {
  ExperimentFile file(std::string(kSmall) +
                          "[sweep]\nmode = \"listed\"\n\"run.seed\" = [1, 2]\n"
                          "\"population.a.size\" = [10, 20]\n",
                      "e.toml");
  EXPECT_EQ(file.runs(), 2U);
  EXPECT_EQ(resolved(file.run(1).file).network.population("a").size(), 20);
  file.set("sweep.\"run.seed\"=[1, 2, 3]");
  EXPECT_THROW(file.runs(), Failure);
}

TEST(Sweeps, AreTakenAwayByAnEmptyTable) {
  ExperimentFile file(std::string(kSmall) + "[sweep]\n\"run.seed\" = [1, 2]\n", "e.toml");
  file.set("sweep={}");
  EXPECT_EQ(file.runs(), 1U);
  file.set("sweep.\"run.dt\"=[\"0.1 ms\", \"0.2 ms\", \"0.5 ms\"]");
  EXPECT_EQ(file.runs(), 3U);
}

TEST(Sweeps, KeysWithCommasBetweenThemTakeTheSameValue) {
  ExperimentFile file(std::string(kSmall) +
                          "[sweep]\n\"run.seed, population.a.size\" = [10, 20]\n"
                          "\"projection.ab.weight\" = [\"1 pA\", \"2 pA\"]\n",
                      "e.toml");
  ASSERT_EQ(file.runs(), 4U);
  const Network network = resolved(file.run(2).file).network;
  EXPECT_EQ(network.seed, 20U);
  EXPECT_EQ(network.population("a").size(), 20);
}

TEST(Sweeps, ARangeHasItsEndsAndItsUnit) {
  ExperimentFile file(
      std::string(kSmall) +
          "[sweep]\nprojection.ab.weight = {from = \"0 pA\", to = \"1 pA\", count = 5}\n",
      "e.toml");
  ASSERT_EQ(file.runs(), 5U);
  EXPECT_EQ(file.run(1).settings[0].value, "\"0.25 pA\"");
  EXPECT_EQ(file.run(4).settings[0].value, "\"1 pA\"");
}

TEST(Sweeps, RepetitionsHaveSeedsOfTheirOwn) {
  ExperimentFile file = small_file();
  file.set("run.repetitions=3");
  file.set("run.seed=10");
  EXPECT_EQ(file.runs(), 3U);
  EXPECT_EQ(resolved(file.run(2).file).network.seed, 12U);
}

TEST(Sweeps, MillionsOfRunsAreCounted) {
  std::string text = std::string(kSmall) + "[sweep]\n";
  for (int i = 0; i < 20; ++i)
    text += "a" + std::to_string(i) + " = {from = 0, to = 1, count = 1000}\n";
  EXPECT_EQ(ExperimentFile(text, "e").runs(), std::uint64_t{1} << 63);
}

TEST(Sweeps, AKeyThatIsNotThereIsToldAtTheSweep) {
  ExperimentFile file(std::string(kSmall) + "[sweep]\n\"population.a.taumem\" = [\"1 ms\"]\n",
                      "e.toml");
  EXPECT_THAT(
      faults(file.run(0).file),
      ElementsAre(testing::AllOf(HasSubstr("e.toml:18:"), HasSubstr("did you mean 'tau_mem'?"))));
}

TEST(Sweeps, ARangeHasTheDecimalsThatWereMeant) {
  ExperimentFile file = small_file();
  file.set("sweep.\"projection.ab.delay\"={from=\"-45 ms\", to=\"45 ms\", count=19}");
  EXPECT_EQ(file.run(3).settings[0].value, "\"-30 ms\"");
  EXPECT_EQ(file.run(9).settings[0].value, "\"0 ms\"");
  file.set("sweep.\"projection.ab.delay\"={from=\"0.1 ms\", to=\"0.8 ms\", count=8}");
  EXPECT_EQ(file.run(2).settings[0].value, "\"0.3 ms\"");
  file.set("sweep.\"projection.ab.delay\"={from=0, to=1, count=4}");
  EXPECT_EQ(file.run(1).settings[0].value, "0.33333333333");
}

TEST(ExperimentFiles, WhatASettingMakesOfADistributionIsToldAtTheSetting) {
  const std::string set = "projection.ab.weight={distribution=\"uniform\", low=\"x\"}";
  ExperimentFile written(std::string(kSmall).replace(kSmall.find("\"1 nA\""), 6,
                                                     "{distribution = \"normal\", mean = \"1 pA\", "
                                                     "std = \"1 pA\"}"),
                         "e.toml");
  written.set(set);
  const std::string at = "command line (--set " + set + "): projection.ab.weight";
  EXPECT_THAT(
      faults(written),
      ElementsAre(HasSubstr(at + ".low: 'x' is not a number"),
                  HasSubstr(at + ": \"uniform\" needs high"),
                  HasSubstr(at + ".mean: \"uniform\" has no such key, which is at e.toml:15"),
                  HasSubstr(at + ".std: \"uniform\" has no such key")));
  const std::string empty =
      "projection.ab.weight={distribution=\"uniform\", low=\"2 pA\", high=\"1 pA\"}";
  EXPECT_THAT(faults_of(empty),
              ElementsAre(HasSubstr("command line (--set " + empty +
                                    "): projections.ab.weight: there are no values")));
}

TEST(ExperimentFiles, AnotherModelsKeysAreToldAtTheSettingThatChangedIt) {
  EXPECT_THAT(faults_of("population.a.model=poisson"),
              ElementsAre(testing::AllOf(HasSubstr("(--set population.a.model=poisson)"),
                                         HasSubstr("\"poisson\" has no such key"))));
}

TEST(ExperimentFiles, OptionsAreToldByTheirNames) {
  ExperimentFile file = small_file();
  file.set("run.checkpoint_every", "-1s", "checkpoint-every");
  EXPECT_THAT(faults(file), ElementsAre(HasSubstr("command line (--checkpoint-every -1s): "
                                                  "run.checkpoint_every: -1000 ms is outside")));
}

TEST(ExperimentFiles, NothingFollowsFromWhatIsAtFault) {
  const std::string probes =
      "[projection.ab.plasticity]\nrule = \"stdp_pair\"\n"
      "[probe.v]\npopulation = \"a\"\nvariable = \"v\"\nneurons = [3]\ninterval = \"1 ms\"\n"
      "[probe.w]\nprojection = \"ab\"\ntimes = [\"5 ms\"]\n";
  const auto faults_of = [&](const std::string& assignment) {
    ExperimentFile file(std::string(kSmall) + probes, "e.toml");
    file.set(assignment);
    return faults(file);
  };
  EXPECT_THAT(faults_of("run.seed=1"), testing::IsEmpty());
  for (const char* const assignment :
       {"run.duration=5", "run.dt=-3ms", "population.a.size=-5", "population.a=5",
        "population.a.model=5", "population=5", "projection.ab.delay=5", "projection.ab=true",
        "projection.ab.rule=[]", "projection.ab.plasticity.rule=stdp", "projection=7", "probe.v=1",
        "probe.v.population=5", "probe.w.projection=5", "probe.v.variable=5", "probe=5"})
    EXPECT_THAT(faults_of(assignment), testing::SizeIs(1)) << assignment;
}

}  // namespace
}  // namespace synfire
