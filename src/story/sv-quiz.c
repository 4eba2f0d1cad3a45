/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quiz.h"

#include "sv-quiz-private.h"

#include <glib/gi18n-lib.h>

/* Choices that a question has at most. */
#define MOST_CHOICES 8

/* One place of the quiz: which question is asked there. */
typedef struct
{
  gboolean own;
  guint index;
} Place;

struct _SvQuiz
{
  GRand *random;
  GArray *places;           /* Place */
  guint at;                 /* the place that is asked */
  SvQuizQuestion *question; /* (nullable): asked there */
  gboolean answered;        /* that one */
  guint n_answered;
  guint n_right;
  GArray *topics;           /* SvQuizTopic */
  guint used[MOST_CHOICES]; /* how often the right choice stood there */
};

typedef struct
{
  const char *lesson;
  const char *title;
} Topic;

/* By the lessons, in their order. */
static const Topic TOPICS[] = {
  { "socket", NC_ ("quiz topic", "What a socket is") },
  { "client-server", NC_ ("quiz topic", "Client and server") },
  { "listen", NC_ ("quiz topic", "Socket, bind, listen") },
  { "handshake", NC_ ("quiz topic", "Connect and accept") },
  { "talking", NC_ ("quiz topic", "Sending and receiving") },
  { "many-clients", NC_ ("quiz topic", "Many clients, one port") },
  { "ports", NC_ ("quiz topic", "Who may have a port") },
  { "netstat", NC_ ("quiz topic", "Reading netstat") },
  { "goodbye", NC_ ("quiz topic", "Saying goodbye") },
  { "names", NC_ ("quiz topic", "Names") },
  { "other-machine", NC_ ("quiz topic", "From another machine") },
  { "when-it-breaks", NC_ ("quiz topic", "When it breaks") },
};

static guint
find_topic (const char *lesson)
{
  for (guint i = 0; i < G_N_ELEMENTS (TOPICS); i++)
    if (g_str_equal (TOPICS[i].lesson, lesson))
      return i;
  g_assert_not_reached ();
}

static guint
get_n_own (void)
{
  return sv_quiz_n_row_makers + sv_quiz_n_port_makers + sv_quiz_n_state_makers;
}

static const SvQuizMaker *
get_maker (guint index)
{
  if (index < sv_quiz_n_row_makers)
    return &sv_quiz_row_makers[index];
  index -= sv_quiz_n_row_makers;
  if (index < sv_quiz_n_port_makers)
    return &sv_quiz_port_makers[index];
  return &sv_quiz_state_makers[index - sv_quiz_n_port_makers];
}

/**
 * sv_quiz_get_n_questions:
 *
 * Returns: how many questions the longest quiz has: half of them are about the
 *   machine's own table
 */
guint
sv_quiz_get_n_questions (void)
{
  return 2 * MIN (get_n_own (), sv_quiz_text_get_n ());
}

/**
 * sv_quiz_get_topic_title:
 *
 * Returns: what the lesson @lesson is about, in a few words
 */
const char *
sv_quiz_get_topic_title (const char *lesson)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "quiz topic", TOPICS[find_topic (lesson)].title);
}

static void
shuffle (GArray *places, guint begin, GRand *random)
{
  for (guint i = places->len - 1; i > begin; i--)
    {
      Place *a = &g_array_index (places, Place, i);
      Place *b = &g_array_index (places, Place, (guint) g_rand_int_range (random, (gint32) begin, (gint32) i + 1));
      Place kept = *a;

      *a = *b;
      *b = kept;
    }
}

static const char *
get_topic (const Place *place)
{
  return place->own ? get_maker (place->index)->topic : sv_quiz_text_get_topic (place->index);
}

/* As many as are wanted, from as many topics as there are. */
static void
choose (SvQuiz *self, gboolean own, guint n, guint counts[])
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Place));
  guint total = own ? get_n_own () : sv_quiz_text_get_n ();

  for (guint i = 0; i < total; i++)
    g_array_append_val (all, ((Place) { own, i }));
  shuffle (all, 0, self->random);
  for (guint most = 1; n > 0; most++)
    for (guint i = 0; i < all->len && n > 0;)
      {
        Place place = g_array_index (all, Place, i);
        guint topic = find_topic (get_topic (&place));

        if (counts[topic] >= most)
          {
            i++;
            continue;
          }
        counts[topic]++;
        g_array_append_val (self->places, place);
        g_array_remove_index (all, i);
        n--;
      }
}

/**
 * sv_quiz_new:
 * @size: how many questions; at least 2, at most sv_quiz_get_n_questions()
 * @seed: the same seed and tables give the same quiz
 *
 * Returns: (transfer full): a quiz of which nothing is asked yet
 */
SvQuiz *
sv_quiz_new (guint size, guint32 seed)
{
  SvQuiz *self = g_new0 (SvQuiz, 1);
  guint counts[G_N_ELEMENTS (TOPICS)] = { 0 };

  size = CLAMP (size, 2, sv_quiz_get_n_questions ());
  self->random = g_rand_new_with_seed (seed);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->topics = g_array_new (FALSE, TRUE, sizeof (SvQuizTopic));
  for (guint i = 0; i < G_N_ELEMENTS (TOPICS); i++)
    g_array_append_val (self->topics, ((SvQuizTopic) { TOPICS[i].lesson, 0, 0 }));
  choose (self, TRUE, size - size / 2, counts);
  choose (self, FALSE, size / 2, counts);
  shuffle (self->places, 0, self->random);
  return self;
}

void
sv_quiz_free (SvQuiz *self)
{
  g_clear_pointer (&self->question, sv_quiz_question_free);
  g_rand_free (self->random);
  g_array_unref (self->places);
  g_array_unref (self->topics);
  g_free (self);
}

guint
sv_quiz_get_size (SvQuiz *self)
{
  return self->places->len;
}

guint
sv_quiz_get_n_answered (SvQuiz *self)
{
  return self->n_answered;
}

guint
sv_quiz_get_n_right (SvQuiz *self)
{
  return self->n_right;
}

/**
 * sv_quiz_is_over:
 *
 * Returns: whether all questions are answered
 */
gboolean
sv_quiz_is_over (SvQuiz *self)
{
  return self->n_answered == self->places->len;
}

/**
 * sv_quiz_is_passed:
 *
 * Returns: whether all are answered, and %SV_QUIZ_PASS_PERCENT of them right
 */
gboolean
sv_quiz_is_passed (SvQuiz *self)
{
  return sv_quiz_is_over (self) && self->n_right * 100 >= self->places->len * SV_QUIZ_PASS_PERCENT;
}

/* About the machine's own table, or honestly about an example. */
static SvQuizQuestion *
make_own (SvQuiz *self, guint index, const SvQuizTable *table)
{
  const SvQuizMaker *maker = get_maker (index);
  SvQuizQuestion *question = table != NULL ? maker->make (maker->id, maker->topic, table, self->random) : NULL;

  if (question != NULL)
    {
      question->own = TRUE;
      return question;
    }
  g_autoptr (GArray) rows = sv_quiz_table_new_example ();
  g_autoptr (SvPortSpace) ports = sv_port_space_new_for (32768, 60999, 1024, "/etc/services");
  g_auto (SvQuizTable) example = { 0 };

  sv_quiz_table_init (&example, rows, ports);
  question = maker->make (maker->id, maker->topic, &example, self->random);
  g_assert (question != NULL);
  question->note = C_ ("quiz", "This machine’s table has nothing of that kind right now, so this is an example.");
  return question;
}

/* Each place gets its turn, so that no place is worth guessing. */
static guint
choose_place (SvQuiz *self, guint n)
{
  guint least = G_MAXUINT, n_least = 0, chosen = 0;

  for (guint i = 0; i < MIN (n, MOST_CHOICES); i++)
    {
      if (self->used[i] < least)
        {
          least = self->used[i];
          n_least = 0;
        }
      if (self->used[i] == least && g_rand_int_range (self->random, 0, (gint32) ++n_least) == 0)
        chosen = i;
    }
  self->used[chosen]++;
  return chosen;
}

/**
 * sv_quiz_ask:
 * @table: (nullable): the machine's table at this moment
 *
 * Asks the next question. As long as it is not answered, that is the same one.
 *
 * Returns: (transfer none) (nullable): until the next is asked; %NULL if none is left
 */
const SvQuizQuestion *
sv_quiz_ask (SvQuiz *self, const SvQuizTable *table)
{
  const Place *place;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->question != NULL && !self->answered)
    return self->question;
  if (self->question != NULL)
    self->at++;
  g_clear_pointer (&self->question, sv_quiz_question_free);
  self->answered = FALSE;
  if (self->at >= self->places->len)
    return NULL;
  place = &g_array_index (self->places, Place, self->at);
  self->question = place->own ? make_own (self, place->index, table) : sv_quiz_text_make (place->index);
  sv_quiz_question_shuffle (self->question,
                            self->question->kind != SV_QUIZ_ORDER ? choose_place (self, self->question->choices->len)
                                                                  : 0,
                            self->random);
  return self->question;
}

/**
 * sv_quiz_get_question:
 *
 * Returns: (transfer none) (nullable): the one that was asked last
 */
const SvQuizQuestion *
sv_quiz_get_question (SvQuiz *self)
{
  return self->question;
}

/**
 * sv_quiz_answer:
 * @picked: (array length=n_picked): see sv_quiz_question_is_right()
 *
 * Only the first answer to a question counts.
 *
 * Returns: whether it is right
 */
gboolean
sv_quiz_answer (SvQuiz *self, const guint *picked, guint n_picked)
{
  SvQuizTopic *topic;
  gboolean right;

  g_return_val_if_fail (self->question != NULL, FALSE);

  right = sv_quiz_question_is_right (self->question, picked, n_picked);
  if (self->answered)
    return right;
  self->answered = TRUE;
  topic = &g_array_index (self->topics, SvQuizTopic, find_topic (self->question->topic));
  topic->asked++;
  topic->right += right;
  self->n_answered++;
  self->n_right += right;
  return right;
}

/**
 * sv_quiz_list_topics:
 *
 * Returns: (transfer full) (element-type SvQuizTopic): those of which something
 *   was answered, in the order of the lessons
 */
GArray *
sv_quiz_list_topics (SvQuiz *self)
{
  GArray *topics = g_array_new (FALSE, FALSE, sizeof (SvQuizTopic));

  for (guint i = 0; i < self->topics->len; i++)
    if (g_array_index (self->topics, SvQuizTopic, i).asked > 0)
      g_array_append_val (topics, g_array_index (self->topics, SvQuizTopic, i));
  return topics;
}
