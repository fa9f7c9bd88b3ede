"""Texts written by hand for the golden facts; none is from a data set."""

# Posts as people write them: hooks, lists, bullets, tags, links.
POSTS = """\
I quit my job on a Friday. By Monday I had three clients. Here is what nobody tells you about the first month…
---
🚀 We just launched! After 14 months, 3 rewrites and one very patient designer, the new dashboard is live.

✅ Faster search
✅ Fewer clicks
❌ No more spinning wheels

Try it: https://example.com/new?ref=post&x=1

#launch #buildinpublic @maria.lopez
---
Unpopular opinion: meetings are not the problem. Unclear owners are.

Agree? 👇
---
1️⃣ Write the hook
2️⃣ Cut the first paragraph
3️⃣ Read it aloud
4️⃣ Post before you feel ready
---
I was rejected 47 times.
Then I was hired.
Then I was fired.
Then I built my own thing.

The lesson? There isn't one. Life's messy 🤷‍♀️
---
Dr. Okafor said it best: "A strategy that fits on one page is read. One that doesn't, isn't."
---
Hiring! We're looking for a Sr. Platform Engineer (m/f/d) in Berlin or remote, e.g. from Lisbon. €85.000–€105.000, 30 days off, no on-call.
---
Nobody is coming to save your roadmap. Not the consultants. Not the tool. Not the reorg. You. Saying no. Every week.
---
👨‍👩‍👧‍👦 Family first. 👩🏽‍💻 Work second. 🏳️‍🌈 Everyone welcome. 🇩🇪🇫🇷🇧🇷
---
What I learnt from 10 years in sales:

• People buy from people
• Price is rarely the reason
• "No" means "not now"
• Follow up. Follow up. Follow up.
---
Proud ❤️ and humbled 🙏 to share that I've joined the board of a small charity. It's a tiny step, but it means the world to me!!!
---
STOP SCROLLING. This is important. Your backup has not been tested. Test it TODAY.
---
Yesterday our servers were down for 4h 12m. That's on me. No excuses, no blame. Here's the timeline, the cause and what we changed.
---
— Is it hard?
— Yes.
— Is it worth it?
— Absolutely.
---
Thread 🧵 on pricing (1/7) ⬇️
---
"Culture eats strategy for breakfast." Sure. But who's cooking?
---
My 3 rules:
(1) ship small;
(2) measure twice;
(3) apologise fast.
---
Q3 numbers are in: revenue +12.4%, churn -0.8pp, NPS 61 → 67. Not bad for a team of 9. Thank you all!
---
A recruiter ghosted me after 5 rounds. Five! I'm not angry, I'm just disappointed. OK, maybe a little angry 😤
---
🎉🎉🎉
---
So grateful. So tired. So happy. So... what's next?
---
If you don't like the answer, change the question. If you don't like the question, change the room.
---
Breaking: AI didn't take my job. It took my lunch break.
---
Gestern war ein guter Tag. Wir haben das Projekt abgeschlossen und danach gefeiert!
---
Hier, j'ai enfin terminé l'intégration. C'était long, mais quelle équipe !
---
今天我们发布了新产品。谢谢大家的支持!
---
Сегодня мы запустили новый продукт. Спасибо всем, кто помогал!
---
أطلقنا اليوم منتجنا الجديد. شكرا لكل من ساعدنا!
---
本日、新しいサービスを公開しました。とても嬉しいです😊
---
Σήμερα ξεκινάμε. ΟΔΟΣ ΕΛΛΑΔΑΣ, ΟΔΥΣΣΕΥΣ.
---
İstanbul'dan merhaba! IŞIK ve İZMİR ekipleri harika.
---
𝗕𝗼𝗹𝗱 𝘁𝗲𝘅𝘁 looks great, 𝘪𝘵𝘢𝘭𝘪𝘤 𝘵𝘦𝘹𝘵 too, but screen readers hate 𝓽𝓱𝓲𝓼.
---
Ⓦⓞⓦ ＦＵＬＬ ＷＩＤＴＨ and sᴍᴀʟʟ ᴄᴀᴘs
---
I'm not saying it's perfect. I'm saying it's done. There's a difference, and that difference pays the bills.
---
Year one: €0. Year two: €12k. Year three: €140k. Overnight success, they said.
---
The best feedback I ever got was four words long: "Who is this for?"
---
Comment "GUIDE" and I'll send you the PDF (no spam, promise 🤞).
---
Layoffs are awful. They're awful for those who leave and hard for those who stay. Be kind this week.
---
TL;DR: hire slow, fire kind, document everything. See https://example.org/a_b/c-d.html#top?x=y!
---
It was the best of sprints, it was the worst of sprints.
---
- [ ] write
- [x] edit
* publish
+ repeat
> quote
# heading
---
Excited to announce… nothing. I have nothing to announce. Have a nice Tuesday.
---
The interviewer asked: "Where do you see yourself in five years?" I said: "On mute, probably."
---
ROI, KPI, OKR, EBITDA, SaaS, B2B, CAC:LTV. If you understood that, take a walk outside.
---
We lost the deal. It hurt. It still hurts. But the customer who left taught us more than the ten who stayed, and I'd do it all over again.
---
My mentor's advice: don't optimise for titles; optimise for people who'll tell you the truth."""

# Short lines; one is one text.
LINES = """\
Good.
Bad.
good
GOOD
not good
not very good
not so very good
not at all that good
never good
never so good
never this good
never been so good
never been this good
never once so very good
he was never seen so happy
nothing here is this good
we had so great an evening
it felt this great once
such an evening was so great
without doubt good
without a doubt good
without any doubt good
without doubt this is good
it is without a single doubt good
without good
without so good
no good
no very good
no good no bad
no no no
no, no good
there is no good reason
no problem
no problems at all
no or good
no help or love
no pain nor love
no big or great
no
No!
NO
NO WAY this is great
say no to hate
no hate
not bad
not bad at all
not too bad
isn't bad
isn’t bad
ISN'T BAD
wasn't the best
can't complain
cannot complain
cant complain
won't be nice
don't love it
doesn't not love it
hardly good
barely good
kind of good
kind of a good idea
it was kind of good
the book was only kind of good
it is sort of nice
we sort of like it
we sort of really like it
it was just enough fun
just enough fun
kinda good
sorta nice
kind
kind of
kind people
a kind of magic
kind OF good
VERY good
VERY GOOD
very GOOD
a VERY bad day
a very VERY bad day
the EXTREMELY bad day
really really really good
really good and really bad
most good
more or less good
less good
little hope
a little hope
so good
so not good
so so so good
this good
this so good
that is so this good
least good
the least good
at least good
very least good
at the least good
LEAST good
least
the least of my worries
at least it isn't a horrible book
good but bad
bad but good
but good
good but
good BUT bad
good, but bad
but but but
good but good but good
good and good but good
great but great but bad bad bad
love love but love love hate
hope but hope and hope, hope
bad bad bad but bad
good but not good
I love it, but I hate that I love it, but still
happy happy sad but happy happy sad
nice nice but terrible terrible nice
the shit
it is the shit
this is really the shit
we know this is the shit now
that talk was the bomb
honestly that talk was the bomb
bad ass
she is a bad ass
she is one true bad ass
badass
a badass team
wait at the bus stop
we all wait at the bus stop
yeah right
oh yeah right
they all say yeah right
they all said yeah right to that
kiss of death
it was the kiss of death
that deal was a kiss of death
shoes to die for
these are shoes to die for
a view that is to die for
the beating heart of it
in the truly beating heart of it
we have only kind of good news here
we have only sort of a good plan
upper hand
under the weather
break a leg
cut the mustard
good!
good!!
good!!!
good!!!!
good!!!!!
good?
good??
good???
good????
good?!?!
bad!!!
bad???
neutral words here!!!
!!!
???
?!
good.bad
good,bad
good - bad
good—bad
good…
(good)
"good"
'good'
“good”
‘good’
«good»
**good**
_good_
~good~
good's
goods
#good
@good
good:
:good:
:)
:(
:-)
:D
:-D
:P
;)
;-)
<3
</3
:'(
:/
:-/
xD
XD
:) :( :)
great :)
great:)
not :)
:) but :(
=)
8-)
>:(
\\o/
^_^
(:
):
lol
LOL
lmao
rofl
wtf
omg
OMG this is AMAZING
ok
OK
meh
nah
yep
nope
I
I LOVE IT
I love IT
i love it
I AM HAPPY
a
A
é
ß
中
😀
😂
😂😂
😂 😂
😂good
good😂
good😂good
good 😂 good
not 😂
not😂
no 😂
❤
❤️
♥
♥️
❤️‍🔥
💔
👍
👍🏽
👎
🙏
🔥
💯
🔛
🆙
😀😀😀 but 😭😭😭
😀!😀
1️⃣
#️⃣
*️⃣
🇺🇸
🇺🇸🇬🇧
👩‍🚀
👨‍👩‍👧
🏴󠁧󠁢󠁥󠁮󠁧󠁿
‼️
⁉️
☺️ ☹️
✅ done
❌ failed
➡️ next
•
• good
·
—
–
…
...
. . .
a.b.c
U.S.A.
e.g. this
i.e., that
etc.
Mr. Smith went to Washington.
Mrs. Smith's cat
Ph.D. students
No. 5 is alive
v2.5.1 is out now
3.14
3.14159 is pi
1,000,000
10%
$5
€5
£1.50
½
½ cup
1½ cups of flour
x² + y²
H₂O
Ⅳ
Chapter Ⅳ: The End
①②③
٣٤٥
१२३
2026
24/7
9-to-5
10x
100k
state-of-the-art
well-known
mother-in-law
self_taught
__init__
snake_case_word
CamelCaseWord
don't
don’t
DON'T
Don't
dOn'T
I'm
I’m
we've
WE'VE
we'll
they're
he'd
it's
its
y'all
y'all'd've
rock'n'roll
'twas
'tis the season
o'clock
O'Brien's
the '90s
dogs' bones
''
'''
'
'd
d'
's
'S
't
'the
''the
'-t
've
v'e
'l
'll
'v
'r
're
'r e
a' b
a 's b
hmm
hmm hmm hmm
shh
psst
zzz
brr
tsk tsk
nth
rhythm
queue
fire hour our
every different family
Wednesday February
business
ChatGPT
LinkedIn
OpenAI's API
storytelling upskilling
solopreneurship
gamification
deprioritized
antidisestablishmentarianism
pneumonoultramicroscopicsilicovolcanoconiosis
supercalifragilisticexpialidocious
floccinaucinihilipilification
aaaaaaaaaaaaaaaaaaaaaaaa
sooooo goooood
loooove
naïve café résumé
naïve
cafe\u0301 au lait
e\u0301
x\u0301\u0302\u0303
Ångström
straße STRASSE ẞ
ﬁnance oﬃce ﬂow
coﬀee
ŉ
İ
İİİ
İa
diyarbakIr İNCE
ǅ
ǅ GOOD day
Ⓐ good
ΣΑΣ ΣΑΣ' ΣΑ'Σ
Σ
ὈΔΥΣΣΕΎΣ
Привет мир
ПРИВЕТ good
מזל טוב
שלום עולם. מה שלומך היום? טוב מאוד
مرحبا بالعالم
हिन्दी में लिखा है
नमस्ते दुनिया
ภาษาไทย
한국어 좋아요
日本語
你好,世界。
全角!文字?です。
ｇｏｏｄ
𝐠𝐨𝐨𝐝
𝐆𝐎𝐎𝐃 good
𝟏𝟐𝟑
https://example.com
http://a.b/c?d=e&f=g#h
www.example.com/good
me@example.com
C:\\path\\good
#love #hate
@love
#buildinpublic
#100DaysOfCode
one two three. four five six. seven eight nine.
One two. Three four.
one two three
one two three.
one two.three four five
One. Two. Three.
Really? Really! Really.
Wait... what? No way!!! OK...
Hello world ... foo bar baz
...one two three...
"One two three." "Four five six."
(One two three.) [Four five six!]
One two three .Four five six
One two three。Four five six
One two three… Four five six
One two three? ! . Four five six
a b c.d e f.g h i
. a b c
! ? .
?a b c
a b c ?! d e f !? g h i
That's it. That's the post."""

# White space and control characters, written as escapes.
CONTROLS = [
    "", " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\u200b", "\ufeff", "\u2060",
    "\x1c", "\x1d", "\x1e", "\x1f", "\x1c\x1d\x1e\x1f", "\x00", "\x07", "\x7f", "\x85", "\u180e",
    "good\tbad", "good\nbad", "good\r\nbad", "good\rbad", "good\x0bbad", "good\x0cbad",
    "good\x1cbad", "good\x1dnot\x1egood\x1fbad", "good\x85bad", "good\u00a0bad", "good\u2003bad",
    "good\u200bbad", "good\u200dbad", "good\u2060bad", "\ufeffgood", "go\u00adod", "good\x00bad",
    "one two three.\x1cfour five six.", "one\x1ftwo\x1fthree four", "a\x1eb\x1ec.", "\x1cgood\x1c",
    "  good  ", "\n\ngood\n\n", "good \n \n bad", "line one is here\nline two is here\nline three",
    "First line.\r\nSecond line has words.\r\nThird!\r\n", "tab\tseparated\tvalues\tare\tgreat",
    "\u202agood\u202c", "\u2066bad\u2069", "a\u034fb", "\U000e0067\U000e007f", "\ud7ff\ue000",
    "\U0010ffff", "\ufffd", "good\ufe0f", "\u2764\ufe0e love", "😀\u00a0😀", "😀\n😀", "\x1c😀",
    "😀\ufe0f good", "😀\u200d😀", "good \ufe0f bad", "\u0345", "A\u0345 good", "\u0301good",
    "\u1f88 GOOD day", "not\u00a0good", "not\u200bgood", "kind\nof\ngood", "kind\u00a0of good",
    "don't\x1cworry", "'\x1ct", "'\nt", "it'\u200bs", "it\u200b's", "it’s", "it\u02bcs", "it`s", "it´s",
]

LONG = [
    "w" * 500,
    "hyphenation" * 60,
    "good" * 100,
    "İ" * 100,
    "a'" * 200,
    "a.b" * 100,
    "'s" * 100,
    "!" * 300,
    "😂" * 40,
    "👩🏽‍💻" * 30,
    "🇫🇷" * 50 + " bad",
    " ".join(["good"] * 150),
    " ".join(["🚀"] * 120),
    " ".join(["🚀 go"] * 99),
    " ".join(["🚀 go"] * 100),
    " ".join(["🚀 go"] * 101),
    " ".join(["word"] * 99),
    " ".join(["word"] * 100),
    " ".join(["word"] * 101),
    " ".join(["word"] * 99 + ["—"]),
    " ".join(["word"] * 99 + ["—", "."]),
    " ".join(["word"] * 98 + ["yes.", "no?", "maybe", "so"]),
    " ".join(["incomprehensible"] * 101),
    "One two three. " * 34,
    "One two three. " * 33 + "Four five",
    "Extraordinary organisations communicate deliberately. " * 30,
    "hmm shh zzz psst " * 30,
    # 60 long words in 11 sentences, where pow(x, 0.5) is not sqrt(x).
    "Incomprehensible organisations communicate deliberately everywhere. " * 10 + "Extraordinary " * 10,
    ". " * 101 + "word",
    "\n".join(f"{i}. Item number {i} is here" for i in range(1, 41)),
    "A sentence that has no stop at all and goes on and on " * 12,
]


def hand():
    lines = [line.encode().decode("unicode_escape") if "\\u" in line else line.replace("\\\\", "\\") for line in LINES.split("\n")]
    return POSTS.split("\n---\n") + lines + CONTROLS + LONG
