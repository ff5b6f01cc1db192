// Names are Unicode's own, with a few words people search by.

const GROUPS: [string, string][] = [
  ['Smileys', `
😀 smile happy grinning face
😃 smiling face with open mouth
😄 smiling face with open mouth and smiling eyes
😁 grinning face with smiling eyes
😆 smiling face with open mouth and tightly-closed eyes
😅 smiling face with open mouth and cold sweat
🤣 rofl laugh rolling on the floor laughing
😂 laugh tears joy lol face with tears of joy
🙂 smile slightly smiling face
🙃 upside-down face
😉 winking face
😊 smiling face with smiling eyes
😇 smiling face with halo
🥰 smiling face with smiling eyes and three hearts
😍 love heart eyes smiling face with heart-shaped eyes
🤩 grinning face with star eyes
😘 face throwing a kiss
😗 kissing face
😚 kissing face with closed eyes
😋 face savouring delicious food
😛 face with stuck-out tongue
😜 face with stuck-out tongue and winking eye
🤪 grinning face with one large and one small eye
😝 face with stuck-out tongue and tightly-closed eyes
🤑 money-mouth face
🤗 hugging face
🤭 smiling face with smiling eyes and hand covering mouth
🤫 face with finger covering closed lips
🤔 think hmm thinking face
🤐 zipper-mouth face
🤨 face with one eyebrow raised
😐 neutral face
😑 expressionless face
😶 face without mouth
😏 smirking face
😒 unamused face
🙄 face with rolling eyes
😬 grimacing face
🤥 lying face
😌 relieved face
😔 pensive face
😪 sleepy face
🤤 drooling face
😴 sleeping face
😷 face with medical mask
🤒 face with thermometer
🤕 face with head-bandage
🤢 nauseated face
🤮 face with open mouth vomiting
🤧 sneezing face
🥵 overheated face
🥶 freezing face
🥴 face with uneven eyes and wavy mouth
😵 dizzy face
🤯 shocked face with exploding head
🤠 face with cowboy hat
🥳 face with party horn and party hat
😎 smiling face with sunglasses
🤓 nerd face
🧐 face with monocle
😕 confused face
😟 worried face
🙁 slightly frowning face
😮 face with open mouth
😯 hushed face
😲 astonished face
😳 flushed face
🥺 face with pleading eyes
😦 frowning face with open mouth
😧 anguished face
😨 fearful face
😰 face with open mouth and cold sweat
😥 disappointed but relieved face
😢 sad cry crying face
😭 cry sob loudly crying face
😱 face screaming in fear
😖 confounded face
😣 persevering face
😞 disappointed face
😓 face with cold sweat
😩 weary face
😫 tired face
🥱 yawning face
😤 face with look of triumph
😡 angry pouting face
😠 angry face
🤬 serious face withs covering mouth
😈 smiling face with horns
💀 skull
💩 pile of poo
🤡 clown face
👻 ghost
👽 extraterrestrial alien
🤖 robot face
😺 smiling cat face with open mouth
😸 grinning cat face with smiling eyes
😹 cat face with tears of joy
😻 smiling cat face with heart-shaped eyes
🙈 see-no-evil monkey
🙉 hear-no-evil monkey
🙊 speak-no-evil monkey`],
  ['People', `
👋 waving hand
🤚 raised back of hand
✋ raised hand
🖖 raised hand with part between middle and ring fingers
👌 ok hand
🤏 pinching hand
✌️ victory hand
🤞 hand with index and middle fingers crossed
🤟 i love you hand
🤘 sign of the horns
🤙 call me hand
👈 white left pointing backhand index
👉 white right pointing backhand index
👆 white up pointing backhand index
👇 white down pointing backhand index
☝️ white up pointing index
👍 thumbs up yes ok good thumbs up
👎 thumbs down no bad thumbs down
✊ raised fist
👊 fisted hand
🤛 left-facing fist
🤜 right-facing fist
👏 clap applause clapping hands
🙌 person raising both hands in celebration
👐 open hands
🤲 palms up together
🤝 handshake
🙏 please thanks pray person with folded hands
✍️ writing hand
💅 nail polish
💪 flexed biceps
👀 eyes look eyes
🧠 brain
👶 baby
🧒 child
👦 boy
👧 girl
🧑 adult
👨 man
👩 woman
🧓 older adult
👴 older man
👵 older woman
🙋 happy person raising one hand
🤦 face palm
🤷 shrug
🙅 face with no good gesture
🙆 face with ok gesture
🏃 runner
💃 dancer
🕺 man dancing
👪 family`],
  ['Hearts', `
❤️ red heart love heavy black heart
🧡 orange heart
💛 yellow heart
💚 green heart
💙 blue heart
💜 purple heart
🖤 black heart
🤍 white heart
🤎 brown heart
💔 broken heart
💕 two hearts
💞 revolving hearts
💓 beating heart
💗 growing heart
💖 sparkling heart
💘 heart with arrow
💝 heart with ribbon
💋 kiss mark
💯 hundred hundred points
💢 anger
💥 collision
💫 dizzy
💦 splashing sweat
💨 dash
💬 speech balloon
💭 thought balloon
💤 sleeping`],
  ['Nature', `
🐶 dog face
🐱 cat face
🐭 mouse face
🐹 hamster face
🐰 rabbit face
🦊 fox face
🐻 bear face
🐼 panda face
🐨 koala
🐯 tiger face
🦁 lion face
🐮 cow face
🐷 pig face
🐸 frog face
🐵 monkey face
🐔 chicken
🐧 penguin
🐦 bird
🦆 duck
🦅 eagle
🦉 owl
🐺 wolf face
🐴 horse face
🦄 unicorn face
🐝 honeybee
🐛 bug
🦋 butterfly
🐌 snail
🐞 lady beetle
🐢 turtle
🐍 snake
🐙 octopus
🐠 tropical fish
🐬 dolphin
🐳 spouting whale
🐘 elephant
🌵 cactus
🎄 christmas tree
🌲 evergreen tree
🌴 palm tree
🌱 seedling
🍀 four leaf clover
🍁 maple leaf
🍄 mushroom
🌹 rose
🌻 sunflower
🌸 cherry blossom
🌍 earth globe europe-africa
🌙 crescent moon
⭐ white medium star
🌟 glowing star
⚡ high voltage
🔥 fire hot lit fire
🌈 rainbow
☀️ black sun with rays
⛅ sun behind cloud
☁️ cloud
❄️ snowflake
⛄ snowman without snow
🌊 water wave
💧 droplet`],
  ['Food', `
🍏 green apple
🍎 red apple
🍐 pear
🍊 tangerine
🍋 lemon
🍌 banana
🍉 watermelon
🍇 grapes
🍓 strawberry
🍒 cherries
🍑 peach
🍍 pineapple
🥝 kiwifruit
🍅 tomato
🥑 avocado
🥕 carrot
🌽 ear of maize
🍞 bread
🥐 croissant
🧀 cheese wedge
🥚 egg
🍳 cooking
🥞 pancakes
🥓 bacon
🍔 hamburger
🍟 french fries
🍕 slice of pizza
🌭 hot dog
🌮 taco
🌯 burrito
🍝 spaghetti
🍜 steaming bowl
🍣 sushi
🍱 bento box
🍰 shortcake
🎂 birthday cake birthday cake
🧁 cupcake
🍩 doughnut
🍪 cookie
🍫 chocolate bar
🍬 candy
🍿 popcorn
☕ coffee hot beverage
🍵 teacup without handle
🍺 beer beer mug
🍻 clinking beer mugs
🥂 clinking glasses
🍷 wine glass
🍸 cocktail glass`],
  ['Activities', `
⚽ soccer ball
🏀 basketball and hoop
🏈 american football
🎾 tennis racquet and ball
🏐 volleyball
🎱 billiards
🏓 table tennis paddle and ball
🏸 badminton racquet and shuttlecock
🥊 boxing glove
🎿 ski and ski boot
🏂 snowboarder
🚴 bicyclist
🏊 swimmer
🧗 person climbing
🏆 trophy
🥇 first place medal
🥈 second place medal
🥉 third place medal
🎮 video game
🎲 game die
🧩 jigsaw puzzle piece
🎨 artist palette
🎬 clapper board
🎤 microphone
🎧 headphone
🎸 guitar
🎹 musical keyboard
🎉 party celebrate tada party popper
🎊 confetti ball
🎁 wrapped present
🎈 balloon`],
  ['Travel', `
🚗 automobile
🚕 taxi
🚌 bus
🚑 ambulance
🚒 fire engine
🚜 tractor
🚲 bicycle
🚂 steam locomotive
🚆 train
🚇 metro
🚀 rocket launch ship rocket
🛫 airplane departure
🛬 airplane arriving
🚢 ship
⛵ sailboat
🏠 house building
🏢 office building
🏥 hospital
🏫 school
🏰 european castle
🗼 tokyo tower
🗽 statue of liberty
⛺ tent
🏖️ beach with umbrella
🏔️ snow capped mountain
🌋 volcano
🗺️ world map
🧭 compass`],
  ['Objects', `
📱 mobile phone
💻 personal computer
🖥️ desktop computer
⌨️ keyboard
📷 camera
🎥 movie camera
📞 telephone receiver
📺 television
⏰ alarm clock
⏳ hourglass with flowing sand
🔋 battery
🔌 electric plug
💡 electric light bulb
🔦 electric torch
💰 money bag
💳 credit card
🔧 wrench
🔨 hammer
🔑 key
🔒 lock
📦 package
📫 closed mailbox with raised flag
📝 memo
📅 calendar
📌 pushpin
📎 paperclip
✂️ black scissors
📚 books
📖 open book
🔖 bookmark
🔍 left-pointing magnifying glass
💊 pill
🧪 test tube
🧹 broom
🛒 shopping trolley`],
  ['Symbols', `
✅ check done yes white heavy check mark
❌ cross no wrong cross mark
❗ heavy exclamation mark
❓ black question mark ornament
⚠️ warning
🚫 no entry
⛔ no entry
♻️ black universal recycling
🔔 bell
🔕 bell with cancellation stroke
🎵 musical note
➕ heavy plus
➖ heavy minus
➡️ black rightwards arrow
⬅️ leftwards black arrow
⬆️ upwards black arrow
⬇️ downwards black arrow
🔄 anticlockwise downwards and upwards open circle arrows
🆗 squared ok
🆕 squared new
🔴 large red circle
🟠 large orange circle
🟡 large yellow circle
🟢 large green circle
🔵 large blue circle
🟣 large purple circle
⚫ medium black circle
⚪ medium white circle
🏁 chequered flag
🚩 triangular flag on post`],
];

export interface EmojiGroup {
  name: string;
  emoji: { emoji: string; words: string }[];
}

export const EMOJI: EmojiGroup[] = GROUPS.map(([name, lines]) => ({
  name,
  emoji: lines.trim().split('\n').map((line) => ({ emoji: line.slice(0, line.indexOf(' ')), words: line.slice(line.indexOf(' ') + 1) })),
}));
